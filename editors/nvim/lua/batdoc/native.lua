-- Ghost text where Neovim shows it itself: `vim.lsp.inline_completion`, of Neovim 0.12.
-- What is taken is checked here once more: Neovim shows a suggestion for a moment longer than it
-- fits, and taken then it would land in the middle of what was typed.
local M = {}

local native = vim.lsp.inline_completion

local is_paused = false

M.is_there = native ~= nil

---@param range vim.Range
---@return integer row from 0
---@return integer column in bytes
---@return integer replaced bytes behind the cursor that give way
local function read(range)
  if range.start_row then
    return range.start_row, range.start_col, range.end_col - range.start_col
  end
  return range.start.row, range.start.col, range.end_.col - range.start.col
end

--- Insert what is left of an item, if its beginning was typed and nothing else.
---@param item vim.lsp.inline_completion.Item
---@param is_line boolean take the first line only
local function insert(item, is_line)
  local place = vim.api.nvim_win_get_cursor(0)
  local row, column = place[1] - 1, place[2]
  local start_row, start, replaced = read(item.range)
  local typed = vim.api.nvim_get_current_line():sub(start + 1, column)
  local text = item.insert_text
  if row ~= start_row or column < start or text:sub(1, #typed) ~= typed then
    return
  end
  local rest = text:sub(#typed + 1)
  local first = is_line and rest:match("^.-\n")
  local lines = vim.split(first or rest, "\n", { plain = true })
  vim.api.nvim_buf_set_text(0, row, column, row, first and column or column + replaced, lines)
  local last = #lines == 1 and column + #lines[1] or #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { row + #lines, last })
end

---@param is_line boolean
---@return boolean taken
local function take(is_line)
  return native.get({
    on_accept = function(item)
      insert(item, is_line)
    end,
  })
end

--- Take all of what is shown.
---@return boolean taken
function M.accept()
  return take(false)
end

--- Take the first line of what is shown.
---@return boolean taken
function M.accept_line()
  return take(true)
end

--- Show the next suggestion, where there are several.
function M.next()
  native.select()
end

--- Take what is shown away; Neovim forgets it with the buffer's state.
function M.dismiss()
  if is_paused then
    return -- there is nothing, and this would bring it back
  end
  native.enable(false, { bufnr = 0 })
  native.enable(true, { bufnr = 0 })
end

--- Stop suggesting, or go on; other servers' suggestions stay.
---@param paused boolean
function M.pause(paused)
  is_paused = paused
  for _, client in ipairs(vim.lsp.get_clients({ name = "batdoc" })) do
    native.enable(not paused, { client_id = client.id })
  end
end

---@param _ vim.lsp.Client
---@param buffer integer
function M.attach(_, buffer)
  native.enable(true, { bufnr = buffer })
end

return M
