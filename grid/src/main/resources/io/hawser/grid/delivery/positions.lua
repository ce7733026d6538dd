-- Reads and moves positions of one user; the rules are those of StoredPosition.
-- KEYS: positions, queue, meta of the queue
-- ARGV: 'read', 'begin', 'ack' or 'touch', ttl ms, positions at most, field of the queue,
--       then for each position: field, epoch, offset
-- Returns for each: '+epoch:offset' as it is now, '' if there is none, '!' if there are too many.
local mode = ARGV[1]
local ttl = tonumber(ARGV[2])
local most = tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Lua's numbers are exact to 2^53 only.
local function isNewer(digits, than)
  return #digits > #than or (#digits == #than and digits > than)
end

local function parts(value)
  return string.match(value, '^([^:]*):(%d+):(%d+):(.*)$')
end

local function isExpired(usedAt)
  return now - tonumber(usedAt) >= ttl
end

local function hasRoom()
  if redis.call('HLEN', KEYS[1]) < most then
    return true
  end
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local _, _, usedAt = parts(all[i + 1])
    if not usedAt or isExpired(usedAt) then
      redis.call('HDEL', KEYS[1], all[i])
    end
  end
  return redis.call('HLEN', KEYS[1]) < most
end

local function put(field, epoch, offset, replaced)
  redis.call('HSET', KEYS[1], field,
    epoch .. ':' .. offset .. ':' .. string.format('%.0f', now) .. ':' .. replaced)
  redis.call('PEXPIRE', KEYS[1], ttl)
end

-- Of another life of the queue nothing is dropped.
local function trimQueue(epoch, offset)
  if redis.call('HGET', KEYS[3], 'epoch') == epoch then
    redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f-0', tonumber(offset) + 1))
  end
end

local function step(field, newEpoch, newOffset)
  local value = redis.call('HGET', KEYS[1], field)
  local epoch, offset, usedAt, replaced
  if value then
    epoch, offset, usedAt, replaced = parts(value)
  end
  if not epoch or isExpired(usedAt) then
    if mode == 'read' or mode == 'touch' then
      return ''
    end
    if not value and not hasRoom() then
      return '!'
    end
    epoch, offset, replaced = newEpoch, newOffset, ''
  elseif mode == 'read' then
    return '+' .. epoch .. ':' .. offset
  elseif mode == 'ack' then
    if newEpoch == epoch then
      if isNewer(newOffset, offset) then
        offset = newOffset
      end
    elseif newEpoch ~= replaced then
      epoch, offset, replaced = newEpoch, newOffset, epoch
    end
  end
  put(field, epoch, offset, replaced)
  if mode == 'ack' and field == ARGV[4] then
    trimQueue(epoch, offset)
  end
  return '+' .. epoch .. ':' .. offset
end

local result = {}
for i = 5, #ARGV, 3 do
  result[#result + 1] = step(ARGV[i], ARGV[i + 1], ARGV[i + 2])
end
return result
