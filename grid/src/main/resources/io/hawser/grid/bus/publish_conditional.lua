-- The same as publish.lua with an idempotency key, a version or both; without history it only publishes.
-- ARGV besides those of publish_item.lua: 1 body, 13 idempotency key or '', 14 version or '',
--       15 version epoch or ''
-- Returns '+epoch:offset' if it is published, '*epoch:offset' if it was before under the same key; '=epoch:offset' of the
-- newest one if the version is not newer; '!' if there are too many keys. Without history ':0'.
startTenure(KEYS[1], KEYS[2], ARGV[8])
local answer, _, _, position = publishItem(ARGV[1], ARGV[13], ARGV[14], ARGV[15])
if position then
  keep(ARGV[14] ~= '')
  tell(position, ARGV[1])
end
return answer
