-- Numbers, stores and publishes in one step; without history it only publishes.
-- KEYS: meta, stream, bus channel [, idempotency keys by when they are forgotten, their answers]
-- ARGV: body, epoch to use if there is none, history size or 0, history ttl ms, meta ttl ms,
--       idempotency ttl ms, idempotency keys at most, idempotency key or '', version or '',
--       version epoch or '', epoch that the publisher has seen or '', highest offset seen in it
-- Returns '+epoch:offset' if it is published, now or before under the same key; '=epoch:offset' of the
-- newest one if the version is not newer; '!' if there are too many keys. Without history ':0'.
local stores = ARGV[3] ~= '0'
local key = ARGV[8]
local version = ARGV[9]
local versionEpoch = ARGV[10]

local nowMs
if key ~= '' then
  local time = redis.call('TIME')
  nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
  local untilMs = redis.call('ZSCORE', KEYS[4], key)
  if untilMs and tonumber(untilMs) > nowMs then
    local known = redis.call('HGET', KEYS[5], key)
    if known then
      return '+' .. known
    end
  end
  -- More are forgotten here than come in, so none stays for long.
  local past = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', nowMs, 'LIMIT', 0, 100)
  if #past > 0 then
    redis.call('ZREM', KEYS[4], unpack(past))
    redis.call('HDEL', KEYS[5], unpack(past))
  end
  if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[7]) then
    return '!'
  end
end

-- Lua's numbers are exact to 2^53 only.
local function isNewer(digits, than)
  return #digits > #than or (#digits == #than and digits > than)
end

if version ~= '' then
  local known = redis.call('HMGET', KEYS[1], 'version', 'version_epoch')
  if known[1] then
    if versionEpoch == '' then
      versionEpoch = known[2]
    end
    if versionEpoch == known[2] and not isNewer(version, known[1]) then
      if not stores then
        return '=:0'
      end
      local top = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
      return '=' .. (top[1] or '') .. ':' .. (top[2] or '0')
    end
  end
  redis.call('HSET', KEYS[1], 'version', version, 'version_epoch', versionEpoch)
end

local position = ':0'
if stores then
  local epoch = redis.call('HGET', KEYS[1], 'epoch')
  if not epoch then
    -- The position is gone, so what may be left of the stream belongs to another epoch.
    redis.call('DEL', KEYS[2])
    epoch = ARGV[2]
    redis.call('HSET', KEYS[1], 'epoch', epoch)
  end
  local number = redis.call('HINCRBY', KEYS[1], 'offset', 1)
  if epoch == ARGV[11] and number <= tonumber(ARGV[12]) then
    -- The tail is lost (an older dump, a replica that lagged): what is left goes on as another epoch.
    epoch = ARGV[2]
    redis.call('HSET', KEYS[1], 'epoch', epoch)
  end
  local offset = string.format('%.0f', number)
  -- Never fewer than the history size; replies are cut to it.
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], offset .. '-0', 'd', ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  position = epoch .. ':' .. offset
end
if stores or version ~= '' then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
if key ~= '' then
  redis.call('ZADD', KEYS[4], string.format('%.0f', nowMs + ARGV[6]), key)
  redis.call('HSET', KEYS[5], key, position)
  redis.call('PEXPIRE', KEYS[4], ARGV[6])
  redis.call('PEXPIRE', KEYS[5], ARGV[6])
end
redis.call('PUBLISH', KEYS[3], position .. ':' .. ARGV[1])
return '+' .. position
