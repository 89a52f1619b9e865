-- Ghost text: the documentation or body that the server offers, shown behind the cursor until it
-- is taken. Neovim 0.12 shows it itself; before, the plugin draws it.
local native = require("batdoc.native")
local way = native.is_there and native or require("batdoc.drawn")
local is_paused = false

local M = {
  accept = way.accept,
  accept_line = way.accept_line,
  next = way.next,
  dismiss = way.dismiss,
  attach = way.attach,
}

--- Stop suggesting, or go on.
function M.toggle()
  is_paused = not is_paused
  way.pause(is_paused)
  vim.notify(is_paused and "batdoc: suggestions are paused" or "batdoc: suggestions are on")
end

return M
