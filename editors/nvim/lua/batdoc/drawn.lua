-- Ghost text where Neovim shows none itself: asked for, drawn behind the cursor, taken.
local M = {}

local METHOD = "textDocument/inlineCompletion"
local PAUSE = 120 -- milliseconds without a change until the server is asked
local AUTOMATIC = 2 -- the protocol's word for "nobody asked"
local space = vim.api.nvim_create_namespace("batdoc")
local group = vim.api.nvim_create_augroup("batdoc", { clear = true })

---@class batdoc.Shown
---@field buffer integer
---@field row integer from 0
---@field start integer byte at which the whole text begins; up to the cursor it was typed
---@field column integer byte at which the text goes in
---@field text string what is still to come
---@field behind string what stands behind the cursor on its line
---@field replaced integer bytes behind the cursor that give way: marks that the editor closed
---@field items lsp.InlineCompletionItem[]
---@field index integer
---@field tick integer the buffer's state for which it is right
---@type batdoc.Shown?
local shown
local timer = assert(vim.uv.new_timer())
local asked = 0 ---@type integer number of the last question; answers to others are stale
local cancel ---@type fun()? ends the question that waits for its answer
local is_paused = false

local function clear()
  if shown and vim.api.nvim_buf_is_valid(shown.buffer) then
    vim.api.nvim_buf_clear_namespace(shown.buffer, space, 0, -1)
  end
  shown = nil
end

--- Forget what is shown, and what was asked for.
local function forget()
  asked = asked + 1
  timer:stop()
  if cancel then
    cancel()
  end
  clear()
end

---@param now batdoc.Shown
local function draw(now)
  clear()
  now.tick = vim.api.nvim_buf_get_changedtick(now.buffer)
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
  shown = now
end

---@return integer row from 0
---@return integer column in bytes
local function cursor()
  local place = vim.api.nvim_win_get_cursor(0)
  return place[1] - 1, place[2]
end

---@return boolean
local function is_typing()
  return vim.api.nvim_get_mode().mode:sub(1, 1) == "i"
end

---@param item lsp.InlineCompletionItem
---@return string
local function text_of(item)
  local text = item.insertText
  return type(text) == "table" and text.value or text
end

--- Keep what is shown if the user typed the beginning of it.
---@return boolean kept
local function follow()
  local row, column = cursor()
  if not shown or row ~= shown.row or column < shown.column then
    return false
  end
  local line = vim.api.nvim_get_current_line()
  local typed = line:sub(shown.column + 1, column)
  local is_along = vim.startswith(shown.text, typed) and shown.text ~= typed
  if not is_along or line:sub(column + 1) ~= shown.behind then
    return false
  end
  local rest = { column = column, text = shown.text:sub(#typed + 1) }
  draw(vim.tbl_extend("force", shown, rest))
  return true
end

---@param buffer integer
---@param items lsp.InlineCompletionItem[]
local function show(buffer, items)
  local row, column = cursor()
  local range = items[1].range
  draw({
    buffer = buffer,
    row = row,
    start = column,
    column = column,
    text = text_of(items[1]),
    behind = vim.api.nvim_get_current_line():sub(column + 1),
    -- Quotes, marks and blanks: a byte is a column in every encoding.
    replaced = range and range["end"].character - range.start.character or 0,
    items = items,
    index = 1,
    tick = 0,
  })
end

---@param client vim.lsp.Client
---@param buffer integer
local function ask(client, buffer)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = AUTOMATIC }
  local number = asked
  local sent, request = client:request(METHOD, params, function(problem, answer)
    if number ~= asked then
      return
    end
    cancel = nil
    local items = not problem and answer and (answer.items or answer) or {}
    if items[1] and is_typing() then
      show(buffer, items)
    end
  end, buffer)
  if sent and request then
    cancel = function()
      cancel = nil
      client:cancel_request(request)
    end
  end
end

---@param client vim.lsp.Client
---@param buffer integer
local function changed(client, buffer)
  if follow() then
    return
  end
  forget()
  if is_paused then
    return
  end
  local number = asked
  timer:start(PAUSE, 0, function()
    vim.schedule(function()
      if number == asked and is_typing() and not client:is_stopped() then
        ask(client, buffer)
      end
    end)
  end)
end

--- Put the beginning of what is shown into the buffer, and the cursor behind it.
---@param count integer bytes of it to take
---@return boolean taken not if the text or the cursor is no longer what it was made for
local function take(count)
  local now = shown
  forget()
  local row, column = cursor()
  local is_stale = not now
    or vim.api.nvim_get_current_buf() ~= now.buffer
    or vim.api.nvim_buf_get_changedtick(now.buffer) ~= now.tick
    or row ~= now.row
    or column ~= now.column
  if is_stale then
    return false
  end
  local rest = now.text:sub(count + 1)
  local lines = vim.split(now.text:sub(1, count), "\n", { plain = true })
  local stop = rest == "" and column + now.replaced or column
  vim.api.nvim_buf_set_text(now.buffer, row, column, row, stop, lines)
  local last = #lines == 1 and column + #lines[1] or #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { row + #lines, last })
  if rest ~= "" then
    local place = { row = row + #lines - 1, start = last, column = last, text = rest }
    draw(vim.tbl_extend("force", now, place, { items = { { insertText = rest } }, index = 1 }))
  end
  return true
end

--- Take all of what is shown.
---@return boolean taken
function M.accept()
  return take(shown and #shown.text or 0)
end

--- Take the first line of what is shown.
---@return boolean taken
function M.accept_line()
  local first = shown and (shown.text:match("^.-\n") or shown.text) or ""
  return take(#first)
end

--- Show the next suggestion that begins with what was typed, where there are several.
function M.next()
  if not shown then
    return
  end
  local typed = vim.api.nvim_get_current_line():sub(shown.start + 1, shown.column)
  for step = 1, #shown.items do
    local index = (shown.index + step - 1) % #shown.items + 1
    local text = text_of(shown.items[index])
    if vim.startswith(text, typed) then
      draw(vim.tbl_extend("force", shown, { index = index, text = text:sub(#typed + 1) }))
      return
    end
  end
end

M.dismiss = forget

--- Stop suggesting, or go on.
---@param paused boolean
function M.pause(paused)
  is_paused = paused
  forget()
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
  vim.api.nvim_clear_autocmds({ group = group, buffer = buffer })
  local function on(events, run)
    vim.api.nvim_create_autocmd(events, { group = group, buffer = buffer, callback = run })
  end
  on({ "TextChangedI", "CursorMovedI", "InsertEnter" }, function()
    changed(client, buffer)
  end)
  on({ "InsertLeave", "BufLeave" }, forget)
end

return M
