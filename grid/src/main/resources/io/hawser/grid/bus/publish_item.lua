-- What a publication under conditions does to its channel: it is decided, numbered and stored. After
-- publish_store.lua, in front of the scripts that need it.
-- KEYS besides those of publish_store.lua: 4 idempotency keys by when they are forgotten, 5 their answers
-- ARGV besides those: 3 history size or 0, 11 idempotency ttl ms, 12 idempotency keys at most
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
      -- WAIT is documented for what its own connection has written: so it covers the first one, too, whoever sent that.
      redis.call('HSET', KEYS[5], key, known)
      return '*' .. known
    end
  end
  -- More are forgotten here than come in, so none stays for long.
  local past = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', nowMs, 'LIMIT', 0, 100)
  if #past > 0 then
    redis.call('ZREM', KEYS[4], unpack(past))
    redis.call('HDEL', KEYS[5], unpack(past))
  end
  if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[12]) then
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

local function remember(key, position)
  redis.call('ZADD', KEYS[4], string.format('%.0f', nowMs + ARGV[11]), key)
  redis.call('HSET', KEYS[5], key, position)
  redis.call('PEXPIRE', KEYS[4], ARGV[11])
  redis.call('PEXPIRE', KEYS[5], ARGV[11])
end

-- Returns the answer; and epoch, number and position if the bus is to be told, '', 0 and ':0' without
-- history.
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
  local epoch, number, position = '', 0, ':0'
  if stores then
    epoch, number, position = store(body)
  end
  if key ~= '' then
    remember(key, position)
  end
  return '+' .. position, epoch, number, position
end

-- After the last one, if at least one of them was published.
local function keep(hasVersion)
  if stores then
    keepStream()
  end
  if stores or hasVersion then
    keepMeta()
  end
end
