-- Before every script that uses a position. With several servers the script is told since which list
-- of servers the channel has been here without a break; what lies here from before is out of date.
-- With one server there is no list: '0', or nothing.
local function startTenure(meta, stream, since)
  if since and since ~= '0' and tonumber(redis.call('HGET', meta, 'list') or '0') < tonumber(since) then
    redis.call('DEL', meta, stream)
  end
end

local function noteTenure(meta, now)
  if now and now ~= '0' then
    redis.call('HSET', meta, 'list', now)
  end
end
