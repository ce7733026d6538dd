-- How a publication is numbered, stored and told, in front of the scripts that publish.
-- KEYS: meta, stream, bus channel
-- ARGV: 2 epoch to use if there is none, 3 history size, 4 history ttl ms, 5 meta ttl ms,
--       6 epoch that the publisher has seen or '', 7 highest offset seen in it, 8 tenure: since, 9 now,
--       10 '1' if somebody listens to patterns where channels are published in their slots only

-- Epoch and number that the publication got, and both as one text.
local function store(body)
  local epoch = redis.call('HGET', KEYS[1], 'epoch')
  if not epoch then
    -- The position is gone, so what may be left of the stream belongs to another epoch.
    redis.call('DEL', KEYS[2])
    epoch = ARGV[2]
    redis.call('HSET', KEYS[1], 'epoch', epoch)
  end
  local number = redis.call('HINCRBY', KEYS[1], 'offset', 1)
  if epoch == ARGV[6] and number <= tonumber(ARGV[7]) or isOlder(epoch, ARGV[6]) then
    -- The tail is lost, or all since an epoch that was given up (an older dump, a replica that lagged):
    -- what is left goes on as another epoch.
    epoch = ARGV[2]
    redis.call('HSET', KEYS[1], 'epoch', epoch)
  end
  local digits = string.format('%.0f', number)
  -- Never fewer than the history size; replies are cut to it.
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], digits .. '-0', 'd', body)
  return epoch, number, epoch .. ':' .. digits
end

-- After the last one.
local function keepStream()
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end

local function keepMeta()
  noteTenure(KEYS[1], ARGV[9])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end

local function tell(position, body)
  local message = position .. ':' .. body
  redis.call('PUBLISH', KEYS[3], message)
  if ARGV[10] == '1' then
    -- In double quotes: this one stays what it is where the other becomes an SPUBLISH.
    redis.call("PUBLISH", KEYS[3], message)
  end
end
