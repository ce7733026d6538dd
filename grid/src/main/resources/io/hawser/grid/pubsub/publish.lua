-- Numbers, stores and publishes in one step.
-- KEYS: meta, stream, bus channel [, idempotency key]
-- ARGV: body, epoch to use if there is none, history size, history ttl ms, meta ttl ms,
--       idempotency ttl ms
-- Returns "epoch:offset".
if KEYS[4] then
  local known = redis.call('GET', KEYS[4])
  if known then
    return known
  end
end
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  -- The position is gone, so what may be left of the stream belongs to another epoch.
  redis.call('DEL', KEYS[2])
  epoch = ARGV[2]
  redis.call('HSET', KEYS[1], 'epoch', epoch)
end
local offset = string.format('%.0f', redis.call('HINCRBY', KEYS[1], 'offset', 1))
-- Never fewer than the history size; replies are cut to it.
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], offset .. '-0', 'd', ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
local position = epoch .. ':' .. offset
if KEYS[4] then
  redis.call('SET', KEYS[4], position, 'PX', ARGV[6])
end
redis.call('PUBLISH', KEYS[3], position .. ':' .. ARGV[1])
return position
