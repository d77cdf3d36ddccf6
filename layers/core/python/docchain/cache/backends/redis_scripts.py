"""What Redis does in one step. Sizes and ends of a tenant's entries lie in one hash, so that its share is known.

KEYS are of one tenant and share a hash tag: 1 the value, 2 its lock, 3 ``sizes`` (key → size and end), 4 ``marks``.
"""

from typing import Final

_PURGE = """
local function purge(now)
  local removed = 0
  local all = redis.call('HGETALL', KEYS[3])
  for i = 1, #all, 2 do
    local known = cjson.decode(all[i + 1])
    if known[2] <= now or redis.call('EXISTS', ARGV[1] .. all[i]) == 0 then
      redis.call('UNLINK', ARGV[1] .. all[i])
      redis.call('HDEL', KEYS[3], all[i])
      redis.call('HINCRBY', KEYS[4], 'bytes', -known[1])
      removed = removed + 1
    end
  end
  return removed
end
"""

LOCK: Final = """
local value = redis.call('GET', KEYS[1])
if value and cjson.decode(value).rev ~= ARGV[3] then return {0, value} end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return {1, value} end
return {0, value}
"""

UNLOCK: Final = """
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 0
"""

# ARGV: 1 prefix, 2 key, 3 entry, 4 size, 5 ms to live, 6 end in ms, 7 now in ms, 8 generation, 9 owner, 10 most
# entries, 11 most bytes, 12 ms that sizes and marks are kept, 13… tags
WRITE: Final = (
    _PURGE
    + """
if ARGV[9] ~= '' then
  if redis.call('GET', KEYS[2]) ~= ARGV[9] then return 0 end
  redis.call('DEL', KEYS[2])
end
local last = tonumber(redis.call('HGET', KEYS[4], 'everything') or 0)
for i = 13, #ARGV do
  last = math.max(last, tonumber(redis.call('HGET', KEYS[4], 't:' .. ARGV[i]) or 0))
end
if tonumber(ARGV[8]) < last then return 0 end
local function has_room()
  local known = redis.call('HGET', KEYS[3], ARGV[2])
  local size = known and cjson.decode(known)[1] or 0
  local entries = redis.call('HLEN', KEYS[3]) + (known and 0 or 1)
  local bytes = tonumber(redis.call('HGET', KEYS[4], 'bytes') or 0) - size + tonumber(ARGV[4])
  return entries <= tonumber(ARGV[10]) and bytes <= tonumber(ARGV[11]), size
end
local room, before = has_room()
if not room then
  purge(tonumber(ARGV[7]))
  room, before = has_room()
  if not room then return -1 end
end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[5])
local tags = {}
for i = 13, #ARGV do tags[#tags + 1] = ARGV[i] end
redis.call('HSET', KEYS[3], ARGV[2], cjson.encode({tonumber(ARGV[4]), tonumber(ARGV[6]), tags}))
redis.call('HINCRBY', KEYS[4], 'bytes', tonumber(ARGV[4]) - before)
redis.call('PEXPIRE', KEYS[3], ARGV[12])
redis.call('PEXPIRE', KEYS[4], ARGV[12])
return 1
"""
)

# ARGV: 1 prefix, 2 key. The lock goes too: whoever makes it at this moment must not put it back.
DELETE: Final = """
local there = redis.call('EXISTS', KEYS[1])
redis.call('DEL', KEYS[1], KEYS[2])
local known = redis.call('HGET', KEYS[3], ARGV[2])
if known then
  redis.call('HDEL', KEYS[3], ARGV[2])
  redis.call('HINCRBY', KEYS[4], 'bytes', -cjson.decode(known)[1])
end
return there
"""

# ARGV: 1 prefix, 2 ms that marks are kept, 3… tags; none clears everything
CLEAR: Final = """
local generation = redis.call('HINCRBY', KEYS[4], 'generation', 1)
local wanted = {}
for i = 3, #ARGV do
  wanted[ARGV[i]] = true
  redis.call('HSET', KEYS[4], 't:' .. ARGV[i], generation)
end
if #ARGV < 3 then redis.call('HSET', KEYS[4], 'everything', generation) end
redis.call('PEXPIRE', KEYS[4], ARGV[2])
local removed = 0
local all = redis.call('HGETALL', KEYS[3])
for i = 1, #all, 2 do
  local known = cjson.decode(all[i + 1])
  local hit = #ARGV < 3
  for _, tag in ipairs(known[3]) do hit = hit or wanted[tag] end
  if hit then
    removed = removed + redis.call('UNLINK', ARGV[1] .. all[i])
    redis.call('HDEL', KEYS[3], all[i])
    redis.call('HINCRBY', KEYS[4], 'bytes', -known[1])
  end
end
return removed
"""

# ARGV: 1 prefix, 2 now in ms
SWEEP: Final = _PURGE + "return purge(tonumber(ARGV[2]))"
