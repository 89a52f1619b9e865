-- Run by test_nvim.py inside Neovim: uses each command once on the file that it is given.
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

local function run(line, command, expected)
  vim.api.nvim_win_set_cursor(0, { line, 0 })
  vim.cmd(command)
  wait(command .. " in line " .. line, function()
    return text():find(expected, 1, true) ~= nil
  end)
end

wait("the server", function()
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  return client and client.initialized
end)
run(12, "BatdocBody", 'is typed."""\n    return a + b')
run(5, "BatdocBody", 'a stub."""\n    return a + b')
run(1, "BatdocDoc", 'bats(a, b):\n    """Add two numbers.')
vim.cmd("silent write!")
vim.cmd("qall!")
