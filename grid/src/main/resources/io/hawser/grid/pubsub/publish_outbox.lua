-- Publishes what comes numbered from a source outside, each number once: those that are not above
-- the last number of the source are left out.
-- KEYS: meta, stream, bus channel
-- ARGV: source, epoch to use if there is none, history size or 0, history ttl ms, meta ttl ms,
--       tenure: since, now, '1' if somebody listens to patterns where channels are published in
--       their slots only, epoch that the publisher has seen or '', highest offset seen in it, then
--       pairs of number and body, the numbers rising
-- Returns how many were published now.
local source = ARGV[1]
local stores = ARGV[3] ~= '0'
startTenure(KEYS[1], KEYS[2], ARGV[6])
local known = redis.call('HMGET', KEYS[1], 'outbox', 'epoch')
local last = '0'
if known[1] and string.sub(known[1], 1, #source + 1) == source .. ':' then
  last = string.sub(known[1], #source + 2)
end
local epoch = known[2]

-- Lua's numbers are exact to 2^53 only.
local function isNewer(digits, than)
  return #digits > #than or (#digits == #than and digits > than)
end

local published = 0
for i = 11, #ARGV, 2 do
  local number = ARGV[i]
  if isNewer(number, last) then
    local body = ARGV[i + 1]
    local position = ':0'
    if stores then
      if not epoch then
        -- The position is gone, so what may be left of the stream belongs to another epoch.
        redis.call('DEL', KEYS[2])
        epoch = ARGV[2]
        redis.call('HSET', KEYS[1], 'epoch', epoch)
      end
      local offset = redis.call('HINCRBY', KEYS[1], 'offset', 1)
      if epoch == ARGV[9] and offset <= tonumber(ARGV[10]) or isOlder(epoch, ARGV[9]) then
        -- The tail is lost: what is left goes on as another epoch.
        epoch = ARGV[2]
        redis.call('HSET', KEYS[1], 'epoch', epoch)
      end
      offset = string.format('%.0f', offset)
      redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], offset .. '-0', 'd', body)
      position = epoch .. ':' .. offset
    end
    -- Nothing undoes a script that fails half way: what is stored has to be known as stored, and
    -- subscribers find in the stream what they were not told.
    redis.call('HSET', KEYS[1], 'outbox', source .. ':' .. number)
    local message = position .. ':' .. body
    redis.call('PUBLISH', KEYS[3], message)
    if ARGV[8] == '1' then
      -- In double quotes: this one stays what it is where the other becomes an SPUBLISH.
      redis.call("PUBLISH", KEYS[3], message)
    end
    last = number
    published = published + 1
  end
end
if published > 0 then
  noteTenure(KEYS[1], ARGV[7])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  if stores then
    redis.call('PEXPIRE', KEYS[2], ARGV[4])
  end
end
return published
