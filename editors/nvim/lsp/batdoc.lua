-- The server's configuration for vim.lsp.enable("batdoc"); Neovim 0.11 or newer.
-- Settings go into `settings`: vim.lsp.config("batdoc", { settings = { batdoc = { style = "numpy" } } })
---@type vim.lsp.Config
return {
  cmd = { "batdoc", "lsp" },
  filetypes = { "python" },
  root_markers = { "pyproject.toml", "setup.py", "setup.cfg", ".git" },
}
