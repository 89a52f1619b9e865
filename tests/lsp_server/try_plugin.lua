-- Run by test_nvim.py inside Neovim: uses the plugin as a person does, on the file that it is given.
vim.opt.rtp:prepend(vim.env.TRY_PLUGIN)
vim.cmd.runtime("plugin/batdoc.lua")
vim.lsp.config("batdoc", { cmd = vim.json.decode(vim.env.TRY_SERVER) })
vim.lsp.enable("batdoc")
vim.cmd.edit(vim.env.TRY_FILE)

local function wait(what, condition)
  assert(vim.wait(30000, condition, 20), "waited in vain: " .. what)
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

local function at(line)
  vim.api.nvim_win_set_cursor(0, { line, 0 })
end

local function run(line, command, expected)
  at(line)
  vim.cmd(command)
  wait(command .. " in line " .. line, function()
    return text():find(expected, 1, true) ~= nil
  end)
end

local tests = {}

function tests.commands()
  run(12, "BatdocBody", 'is typed."""\n    return a + b')
  run(5, "BatdocBody", 'a stub."""\n    return a + b')
  run(1, "BatdocDoc", 'bats(a, b):\n    """Add two numbers.')
end

function tests.diagnostics()
  wait("a diagnostic", function()
    return #vim.diagnostic.get(0) == 1
  end)
  local found = vim.diagnostic.get(0)[1]
  assert(found.code == "BD201" and found.lnum == 14, vim.inspect(found))
end

function tests.whole_file()
  run(1, "BatdocFile", '"""Add two numbers.')
  vim.cmd("undo")
  assert(not text():find("Add two numbers", 1, true), "one undo takes the file back")
end

function tests.health()
  vim.cmd("checkhealth batdoc")
  local report = text()
  assert(report:find("the server is enabled", 1, true), report)
  vim.cmd("bdelete!")
end

if not vim.env.TRY_WHAT then
  return -- the test sends keys
end
vim.schedule(function()
  local ok, problem = pcall(function()
    wait("the server", function()
      local client = vim.lsp.get_clients({ bufnr = 0 })[1]
      return client and client.initialized
    end)
    tests[vim.env.TRY_WHAT]()
    vim.cmd("silent write!")
  end)
  if not ok then
    io.stderr:write(problem .. "\n")
    vim.cmd("cquit")
  end
  vim.cmd("qall!")
end)
