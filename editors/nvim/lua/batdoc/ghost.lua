-- Ghost text: the body that the server offers, shown behind the cursor until it is taken.
-- Neovim 0.12 and later show it themselves; before, this draws it.
local M = {}

local METHOD = "textDocument/inlineCompletion"
local PAUSE = 120 -- milliseconds without a change until the server is asked
local AUTOMATIC = 2 -- the protocol's word for "nobody asked"
local native = vim.lsp.inline_completion
local space = vim.api.nvim_create_namespace("batdoc")
local group = vim.api.nvim_create_augroup("batdoc", { clear = true })

---@class batdoc.Shown
---@field buffer integer
---@field row integer from 0
---@field column integer byte at which the text goes in
---@field text string what is still to come
---@field items lsp.InlineCompletionItem[]
---@field index integer
---@type batdoc.Shown?
local shown
local timer = assert(vim.uv.new_timer())
local asked = 0 ---@type integer number of the last question; answers to others are stale
local paused = false

local function clear()
  if shown and vim.api.nvim_buf_is_valid(shown.buffer) then
    vim.api.nvim_buf_clear_namespace(shown.buffer, space, 0, -1)
  end
  shown = nil
end

local function draw()
  local now = assert(shown)
  vim.api.nvim_buf_clear_namespace(now.buffer, space, 0, -1)
  local lines = vim.split(now.text, "\n", { plain = true })
  local below = {}
  for i = 2, #lines do
    below[#below + 1] = { { lines[i], "BatdocGhost" } }
  end
  vim.api.nvim_buf_set_extmark(now.buffer, space, now.row, now.column, {
    virt_text = { { lines[1], "BatdocGhost" } },
    virt_text_pos = "inline",
    virt_lines = #below > 0 and below or nil,
  })
end

---@return integer row from 0
---@return integer column in bytes
local function cursor()
  local place = vim.api.nvim_win_get_cursor(0)
  return place[1] - 1, place[2]
end

--- Keep what is shown if the user typed the beginning of it.
local function follow()
  local row, column = cursor()
  if not shown or row ~= shown.row or column < shown.column then
    return false
  end
  local typed = vim.api.nvim_get_current_line():sub(shown.column + 1, column)
  if shown.text:sub(1, #typed) ~= typed or shown.text == typed then
    return false
  end
  shown.text, shown.column = shown.text:sub(#typed + 1), column
  draw()
  return true
end

---@param buffer integer
---@param items lsp.InlineCompletionItem[]
local function show(buffer, items)
  local row, column = cursor()
  local text = items[1].insertText
  shown = {
    buffer = buffer,
    row = row,
    column = column,
    text = type(text) == "table" and text.value or text,
    items = items,
    index = 1,
  }
  draw()
end

---@param client vim.lsp.Client
---@param buffer integer
local function ask(client, buffer)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = AUTOMATIC }
  local tick, row, column = vim.api.nvim_buf_get_changedtick(buffer), cursor()
  asked = asked + 1
  local number = asked
  client:request(METHOD, params, function(problem, answer)
    local row_now, column_now = cursor()
    local is_current = number == asked
      and vim.api.nvim_get_current_buf() == buffer
      and vim.api.nvim_get_mode().mode:sub(1, 1) == "i"
      and vim.api.nvim_buf_get_changedtick(buffer) == tick
      and row_now == row
      and column_now == column
    local items = not problem and answer and (answer.items or answer) or {}
    if is_current and items[1] then
      show(buffer, items)
    end
  end, buffer)
end

---@param client vim.lsp.Client
---@param buffer integer
local function changed(client, buffer)
  if follow() then
    return
  end
  clear()
  asked = asked + 1
  timer:stop()
  if not paused then
    timer:start(PAUSE, 0, function()
      vim.schedule(function()
        local is_typing = vim.api.nvim_get_mode().mode:sub(1, 1) == "i"
        if is_typing and vim.api.nvim_get_current_buf() == buffer and not client:is_stopped() then
          ask(client, buffer)
        end
      end)
    end)
  end
end

--- Put text where the ghost is, and the cursor behind it.
---@param text string
local function insert(text)
  local now = assert(shown)
  local lines = vim.split(text, "\n", { plain = true })
  clear()
  vim.api.nvim_buf_set_text(now.buffer, now.row, now.column, now.row, now.column, lines)
  local last = #lines == 1 and now.column + #lines[1] or #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { now.row + #lines, last })
end

--- Take all of what is shown.
---@return boolean taken
function M.accept()
  if native then
    return native.get()
  end
  if not shown then
    return false
  end
  insert(shown.text)
  return true
end

--- Take the first line of what is shown.
---@return boolean taken
function M.accept_line()
  if not shown then
    return M.accept()
  end
  local now = shown
  local line, rest = now.text:match("^(.-)\n(.*)$")
  insert(line and line .. "\n" or now.text)
  if rest and rest ~= "" then
    local row, column = cursor()
    shown = vim.tbl_extend("force", now, { row = row, column = column, text = rest })
    draw()
  end
  return true
end

--- Show the next suggestion, where there are several.
function M.next()
  if native then
    native.select()
  elseif shown then
    shown.index = shown.index % #shown.items + 1
    shown.text = shown.items[shown.index].insertText
    draw()
  end
end

--- Take what is shown away.
function M.dismiss()
  asked = asked + 1
  clear()
end

--- Stop suggesting, or go on.
function M.toggle()
  paused = not paused
  if native then
    native.enable(not paused)
  end
  M.dismiss()
  vim.notify(paused and "batdoc: suggestions are paused" or "batdoc: suggestions are on")
end

--- The text that is shown now, or nil.
---@return string?
function M.text()
  return shown and shown.text
end

--- Watch a buffer.
---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  vim.api.nvim_set_hl(0, "BatdocGhost", { link = "NonText", default = true })
  if native then
    native.enable(true, { bufnr = buffer, client_id = client.id })
    return
  end
  vim.api.nvim_clear_autocmds({ group = group, buffer = buffer })
  local function on(events, run)
    vim.api.nvim_create_autocmd(events, { group = group, buffer = buffer, callback = run })
  end
  on({ "TextChangedI", "CursorMovedI", "InsertEnter" }, function()
    changed(client, buffer)
  end)
  on({ "InsertLeave", "BufLeave" }, M.dismiss)
end

return M
