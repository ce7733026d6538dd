-- Numbers, stores and publishes in one step, whatever was published before: what most publications
-- need. The fewer functions and arguments a script has, the faster Redis is.
-- ARGV besides those of publish_store.lua: 1 body; 8 to 10 may be left out
-- Returns '+epoch:offset'.
startTenure(KEYS[1], KEYS[2], ARGV[8])
local _, _, position = store(ARGV[1])
keepStream()
keepMeta()
tell(position, ARGV[1])
return '+' .. position
