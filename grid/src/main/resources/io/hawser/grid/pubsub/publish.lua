-- Numbers, stores and publishes in one step; without history it only publishes.
-- ARGV besides those of publish_item.lua: 1 body, 8 idempotency key or '', 9 version or '',
--       10 version epoch or '', 13 tenure: since
-- Returns '+epoch:offset' if it is published, now or before under the same key; '=epoch:offset' of the
-- newest one if the version is not newer; '!' if there are too many keys. Without history ':0'.
startTenure(KEYS[1], KEYS[2], ARGV[13])
local answer, epoch, number = publishItem(ARGV[1], ARGV[8], ARGV[9], ARGV[10])
if number then
  keep(ARGV[9] ~= '')
  tell(epoch, number, ARGV[1])
end
return answer
