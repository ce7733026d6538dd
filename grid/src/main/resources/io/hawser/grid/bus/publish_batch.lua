-- Several publications of one channel, each as publish_conditional.lua does it, in their order and in one step;
-- those that follow each other without a gap go over the bus as one message.
-- ARGV besides those of publish_item.lua: from 16 on four of each publication: body, idempotency key
--       or '', version or '', version epoch or ''. 1 and 13 to 15 are of no use.
-- Returns of each publication what publish_conditional.lua returns, or '-' and why it failed.
local answers = {}
local run = {}
local runEpoch
local runNumber
local runPosition
local hasVersion = false
local published = false

local function tellRun()
  if #run == 1 then
    tell(runPosition, run[1])
  elseif #run > 1 then
    local parts = {'\1\6\0'}
    for i, body in ipairs(run) do
      parts[2 * i] = struct.pack('>I4', #body)
      parts[2 * i + 1] = body
    end
    tell(runPosition, table.concat(parts))
  end
  run = {}
end

local function add(epoch, number, position, body)
  if #run > 0 and (epoch ~= runEpoch or (stores and number ~= runNumber + #run)) then
    tellRun()
  end
  if #run == 0 then
    runEpoch = epoch
    runNumber = number
    runPosition = position
  end
  run[#run + 1] = body
  published = true
end

startTenure(KEYS[1], KEYS[2], ARGV[8])
for i = 16, #ARGV, 4 do
  -- One that fails is as if it had come alone; the others do not suffer for it.
  local worked, answer, epoch, number, position =
    pcall(publishItem, ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
  if worked then
    answers[#answers + 1] = answer
    if number then
      hasVersion = hasVersion or ARGV[i + 2] ~= ''
      add(epoch, number, position, ARGV[i])
    end
  else
    answers[#answers + 1] = '-' .. tostring(type(answer) == 'table' and answer.err or answer)
  end
end
if published then
  keep(hasVersion)
  tellRun()
end
return answers
