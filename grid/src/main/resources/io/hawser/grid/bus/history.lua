-- Reads position and publications in one step; makes the position if there is none, and a new epoch
-- if the asker has seen more of this one than there is, something else, or a later epoch: then the
-- stream is a fork. What is stored stays, under the new epoch.
-- KEYS: meta, stream, bus channel
-- ARGV: epoch to use for a new one, meta ttl ms, since offset or '', limit, '1' for newest first,
--       history size to cut to or 0, bytes of bodies at most (one publication always fits),
--       epoch that the asker has seen or '', highest offset seen in it, offset and id (8 bytes) of
--       a publication seen in it or '', '1' if the asker knows that it is a fork, message that
--       tells the bus of a new epoch, tenure: since, now
-- Returns {epoch, offset, id of the publication there or '', entry id, body, entry id, body, ...}.
local function idAt(offset)
  local id = offset .. '-0'
  local entry = redis.call('XRANGE', KEYS[2], id, id)[1]
  local body = entry and entry[2][2]
  if not body or math.floor((string.byte(body, 3) or 0) / 8) % 2 == 0 then
    return ''
  end
  return string.sub(body, 4, 11)
end

local function isFork(top)
  if ARGV[12] == '1' or top < tonumber(ARGV[9]) then
    return true
  end
  if ARGV[11] == '' then
    return false
  end
  local id = idAt(ARGV[10])
  return id ~= '' and id ~= ARGV[11]
end

startTenure(KEYS[1], KEYS[2], ARGV[14])
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
local epoch = meta[1]
local top = tonumber(meta[2] or '0')
if not epoch then
  redis.call('DEL', KEYS[2])
  epoch = ARGV[1]
  top = 0
  redis.call('HSET', KEYS[1], 'epoch', epoch)
  redis.call('HDEL', KEYS[1], 'offset')
  noteTenure(KEYS[1], ARGV[15])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
elseif epoch == ARGV[8] and isFork(top) or isOlder(epoch, ARGV[8]) then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch)
  redis.call('PUBLISH', KEYS[3], ARGV[13])
end
local topText = string.format('%.0f', top)
local result = {epoch, topText, top > 0 and idAt(topText) or ''}
local limit = tonumber(ARGV[4])
if limit <= 0 or top == 0 then
  return result
end
local size = tonumber(ARGV[6])
local low = 1
local high = top
if size > 0 and top - size + 1 > low then
  low = top - size + 1
end
if ARGV[3] ~= '' then
  local since = tonumber(ARGV[3])
  if ARGV[5] == '1' then
    high = math.min(high, since - 1)
  else
    low = math.max(low, since + 1)
  end
end
if low > high then
  return result
end
local lowId = string.format('%.0f-0', low)
local highId = string.format('%.0f-0', high)
local entries
if ARGV[5] == '1' then
  entries = redis.call('XREVRANGE', KEYS[2], highId, lowId, 'COUNT', limit)
else
  entries = redis.call('XRANGE', KEYS[2], lowId, highId, 'COUNT', limit)
end
local bytes = 0
for i, entry in ipairs(entries) do
  local body = entry[2][2]
  bytes = bytes + #body
  if i > 1 and bytes > tonumber(ARGV[7]) then
    break
  end
  result[#result + 1] = entry[1]
  result[#result + 1] = body
end
return result
