-- Publishes what comes numbered from a source outside, each number once: those that are not above
-- the last number of the source are left out. After publish_store.lua.
-- KEYS: those of publish_store.lua
-- ARGV besides those: 1 source, 3 history size or 0, from 11 on pairs of number and body, the numbers
--       rising
-- Returns how many were published now.
local source = ARGV[1]
local stores = ARGV[3] ~= '0'
startTenure(KEYS[1], KEYS[2], ARGV[8])
local known = redis.call('HGET', KEYS[1], 'outbox')
local last = '0'
if known and string.sub(known, 1, #source + 1) == source .. ':' then
  last = string.sub(known, #source + 2)
end

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
      local _
      _, _, position = store(body)
    end
    -- Nothing undoes a script that fails half way: what is stored has to be known as stored, and
    -- subscribers find in the stream what they were not told.
    redis.call('HSET', KEYS[1], 'outbox', source .. ':' .. number)
    tell(position, body)
    last = number
    published = published + 1
  end
end
if published > 0 then
  keepMeta()
  if stores then
    keepStream()
  end
end
return published
