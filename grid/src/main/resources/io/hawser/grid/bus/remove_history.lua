-- Drops the publications; the position stays.
-- KEYS: meta, stream
return redis.call('DEL', KEYS[2])
