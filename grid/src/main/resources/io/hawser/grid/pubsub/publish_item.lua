-- What one publication does to its channel: it is decided, numbered and stored. In front of the
-- scripts that publish.
-- KEYS: meta, stream, bus channel [, idempotency keys by when they are forgotten, their answers]
-- ARGV: 2 epoch to use if there is none, 3 history size or 0, 4 history ttl ms, 5 meta ttl ms,
--       6 idempotency ttl ms, 7 idempotency keys at most, 11 epoch that the publisher has seen or '',
--       12 highest offset seen in it, 14 tenure: now, 15 '1' if somebody listens to patterns where
--       channels are published in their slots only
local stores = ARGV[3] ~= '0'
local nowMs

-- Lua's numbers are exact to 2^53 only.
local function isNewer(digits, than)
  return #digits > #than or (#digits == #than and digits > than)
end

-- The answer to a key that is known, '!' if there is no room for it.
local function answerOfKey(key)
  if not nowMs then
    local time = redis.call('TIME')
    nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
  end
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

-- The answer if the version is not newer, else it is the channel's from now on.
local function answerOfVersion(version, versionEpoch)
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

-- Epoch and number that the publication got.
local function store(body)
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
  -- Never fewer than the history size; replies are cut to it.
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], string.format('%.0f', number) .. '-0', 'd', body)
  return epoch, number
end

local function remember(key, position)
  redis.call('ZADD', KEYS[4], string.format('%.0f', nowMs + ARGV[6]), key)
  redis.call('HSET', KEYS[5], key, position)
  redis.call('PEXPIRE', KEYS[4], ARGV[6])
  redis.call('PEXPIRE', KEYS[5], ARGV[6])
end

-- Returns the answer; and epoch and number if the bus is to be told, '' and 0 without history.
local function publishItem(body, key, version, versionEpoch)
  if key ~= '' then
    local answer = answerOfKey(key)
    if answer then
      return answer
    end
  end
  if version ~= '' then
    local answer = answerOfVersion(version, versionEpoch)
    if answer then
      return answer
    end
  end
  local epoch, number = '', 0
  if stores then
    epoch, number = store(body)
  end
  local position = epoch .. ':' .. string.format('%.0f', number)
  if key ~= '' then
    remember(key, position)
  end
  return '+' .. position, epoch, number
end

-- After the last one, if at least one of them was published.
local function keep(hasVersion)
  if stores then
    redis.call('PEXPIRE', KEYS[2], ARGV[4])
  end
  if stores or hasVersion then
    noteTenure(KEYS[1], ARGV[14])
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
  end
end

local function tell(epoch, number, body)
  local message = epoch .. ':' .. string.format('%.0f', number) .. ':' .. body
  redis.call('PUBLISH', KEYS[3], message)
  if ARGV[15] == '1' then
    -- In double quotes: this one stays what it is where the other becomes an SPUBLISH.
    redis.call("PUBLISH", KEYS[3], message)
  end
end
