-- One run of wrk after a plan: a Lua file that returns
--   { requests = { { method =, path =, headers =, body = }, ... }, status =, all = {}, any = {}, mark = }
-- Every response must have that status and hold all of the first words and one of the second (for
-- packed bodies see `packed`). How many hold the mark is told.
-- "@TURN@" in a body becomes a number that rises with each request.

local threads = {}

function setup(thread)
   thread:set("place", #threads)
   table.insert(threads, thread)
end

function init(args)
   plan = dofile(args[1])
   step = tonumber(args[2])
   -- Each thread has people of its own: nobody's save overtakes their last one.
   at = place + 1
   turn = os.time() * 1000
   checked, wrong, marked, first_wrong = 0, 0, 0, ""
   for _, one in ipairs(plan.requests) do
      if not (one.body and one.body:find("@TURN@", 1, true)) then
         one.made = wrk.format(one.method, one.path, one.headers, one.body)
      end
   end
end

function request()
   local one = plan.requests[at]
   at = at + step
   if at > #plan.requests then at = place + 1 end
   if one.made then return one.made end
   turn = turn + 1
   local body = one.body:gsub("@TURN@", tostring(turn))
   return wrk.format(one.method, one.path, one.headers, body)
end

-- A gzip stream ends with the length of what it holds, so a right ending is a whole page.
local function unpacked_length(body)
   local a, b, c, d = body:byte(-4, -1)
   return a and a + 256 * (b + 256 * (c + 256 * d)) or -1
end

local function is_right(status, body)
   if status ~= plan.status then return false end
   if plan.status == 304 then return #body == 0 end
   if plan.packed then
      return body:sub(1, 2) == "\31\139" and math.abs(unpacked_length(body) - plan.packed) <= plan.give
   end
   for _, words in ipairs(plan.all) do
      if not body:find(words, 1, true) then return false end
   end
   for _, words in ipairs(plan.any) do
      if body:find(words, 1, true) then return true end
   end
   return #plan.any == 0
end

function response(status, headers, body)
   checked = checked + 1
   if plan.mark ~= "" and body:find(plan.mark, 1, true) then marked = marked + 1 end
   if not is_right(status, body) then
      wrong = wrong + 1
      if first_wrong == "" then first_wrong = status .. " " .. body:sub(1, 200):gsub("[%c\"\\]", " ") end
   end
end

function done(summary, latency, requests)
   local all_checked, all_wrong, all_marked, sample = 0, 0, 0, ""
   for _, thread in ipairs(threads) do
      all_checked = all_checked + thread:get("checked")
      all_wrong = all_wrong + thread:get("wrong")
      all_marked = all_marked + thread:get("marked")
      if sample == "" then sample = thread:get("first_wrong") end
   end
   local e = summary.errors
   io.write(string.format(
      'RESULT {"requests": %d, "seconds": %f, "median_ms": %f, "p99_ms": %f, "checked": %d, "wrong": %d, "marked": %d, "failed": %d, "sample": "%s"}\n',
      summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
      all_checked, all_wrong, all_marked, e.connect + e.read + e.write + e.timeout, sample))
end
