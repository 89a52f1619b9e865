-- What the commands do: each is one request to the server, which decides everything.
local M = {}

local NAME = "batdoc"

---@return vim.lsp.Client?
local function client()
  local found = vim.lsp.get_clients({ bufnr = 0, name = NAME })[1]
  if not found then
    vim.notify('batdoc is not running here; call vim.lsp.enable("batdoc")', vim.log.levels.ERROR)
  end
  return found
end

---@param kind string
local function run_action(kind)
  vim.lsp.buf.code_action({ apply = true, context = { only = { kind }, diagnostics = {} } })
end

--- Write the docstring of the function or class at the cursor.
function M.document()
  if client() then
    run_action("refactor.rewrite.docstring")
  end
end

---@param name string
---@param arguments any[]
local function execute(name, arguments)
  local server = client()
  if not server then
    return
  end
  server:request("workspace/executeCommand", {
    command = name,
    arguments = arguments,
  }, function(problem, answer)
    if problem then
      vim.notify("batdoc: " .. problem.message, vim.log.levels.ERROR)
    elseif type(answer) == "table" and answer.written then
      local counts = "batdoc: %d documented, %d left as they are"
      vim.notify(counts:format(answer.written, answer.left))
    end
  end)
end

--- Document what the file lacks.
function M.document_file()
  execute("batdoc.documentFile", { vim.uri_from_bufnr(0) })
end

--- Document what the open folders lack.
function M.document_workspace()
  execute("batdoc.documentWorkspace", {})
end

--- Start the process that holds the model anew.
function M.restart_engine()
  execute("batdoc.restartEngine", {})
end

--- End what the server works on because a command asked for it.
function M.cancel()
  local count = 0
  for _, server in ipairs(vim.lsp.get_clients({ name = NAME })) do
    for number, request in pairs(server.requests) do
      if request.type == "pending" then
        server:cancel_request(number)
        count = count + 1
      end
    end
  end
  local done = "batdoc: cancelled; nothing more is written"
  vim.notify(count > 0 and done or "batdoc: there is nothing to cancel")
end

--- Insert what the server offers at the cursor, unless the text changed meanwhile.
---@param server vim.lsp.Client
local function insert_body(server)
  local buffer, window = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  local line = vim.api.nvim_get_current_line()
  local params = vim.lsp.util.make_position_params(window, server.offset_encoding)
  -- In normal mode the cursor cannot stand behind the last character; here all is white space.
  params.position.character = #line
  params.context = { triggerKind = 1 }
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  server:request("textDocument/inlineCompletion", params, function(problem, answer)
    if problem then
      vim.notify("batdoc: " .. problem.message, vim.log.levels.ERROR)
    elseif vim.api.nvim_buf_get_changedtick(buffer) ~= tick then
      vim.notify("batdoc: the text changed meanwhile; try again", vim.log.levels.WARN)
    elseif not answer or not answer[1] then
      vim.notify("batdoc: nothing to write here", vim.log.levels.INFO)
    else
      local edit = { range = answer[1].range, newText = answer[1].insertText }
      vim.lsp.util.apply_text_edits({ edit }, buffer, server.offset_encoding)
    end
  end, buffer)
end

--- Write a body: on an empty line under a docstring there, elsewhere for the stub at the cursor.
function M.write_body()
  local server = client()
  if not server then
    return
  end
  if vim.api.nvim_get_current_line():match("^%s+$") then
    insert_body(server)
  else
    run_action("refactor.rewrite.body")
  end
end

return M
