-- :checkhealth batdoc
local M = {}

---@param command string
local function check_command(command)
  if vim.fn.executable(command) == 0 then
    vim.health.error(command .. " cannot be run", {
      "install it: pipx install batdoc",
      'or name it: vim.lsp.config("batdoc", { cmd = { "/path/to/batdoc", "lsp" } })',
    })
    return
  end
  local said = vim.system({ command, "--version" }, { text = true }):wait(20000)
  if said.code == 0 then
    vim.health.ok(vim.trim(said.stdout) .. " at " .. vim.fn.exepath(command))
  else
    vim.health.error(command .. " --version failed", { "run batdoc doctor in a terminal" })
  end
end

function M.check()
  vim.health.start("batdoc")
  if vim.fn.has("nvim-0.11") == 0 then
    vim.health.error("Neovim is too old", { "batdoc needs Neovim 0.11 or newer" })
    return
  end
  vim.health.ok("Neovim " .. tostring(vim.version()))
  local config = vim.lsp.config.batdoc
  if not config then
    vim.health.error("the plugin is not on the runtime path", { "add editors/nvim to 'runtimepath'" })
    return
  end
  if type(config.cmd) == "table" then
    check_command(config.cmd[1])
  end
  if vim.lsp.is_enabled("batdoc") then
    vim.health.ok("the server is enabled")
  else
    vim.health.warn("the server is not enabled", { 'call vim.lsp.enable("batdoc")' })
  end
  vim.health.info(("running for %d client(s)"):format(#vim.lsp.get_clients({ name = "batdoc" })))
  local how = vim.lsp.inline_completion and "Neovim's own" or "drawn by the plugin"
  vim.health.info("ghost text: " .. how)
end

return M
