-- Publishes without history, once for an idempotency key.
-- KEYS: bus channel, idempotency key
-- ARGV: message, idempotency ttl ms
-- Returns 1 if published now, 0 if it was before.
if redis.call('SET', KEYS[2], ':0', 'NX', 'PX', ARGV[2]) then
  redis.call('PUBLISH', KEYS[1], ARGV[1])
  return 1
end
return 0
