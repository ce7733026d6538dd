-- Before every script that makes epochs. Each begins with the time at which it began, eight digits to
-- the base 36, and has four more. Others have no order. Not by '<': that depends on the locale.
local function isOlder(epoch, than)
  if epoch == than or #epoch ~= 12 or #than ~= 12 then
    return false
  end
  local time = tonumber(string.sub(epoch, 1, 8), 36)
  local other = tonumber(string.sub(than, 1, 8), 36)
  return time ~= nil and other ~= nil and time < other
end
