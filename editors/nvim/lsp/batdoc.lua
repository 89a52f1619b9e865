-- The server's configuration for vim.lsp.enable("batdoc"); Neovim 0.11 or newer.
-- Settings go into `settings`: vim.lsp.config("batdoc", { settings = { batdoc = { style = "numpy" } } })
---@type vim.lsp.Config
return {
  cmd = { "batdoc", "lsp" },
  filetypes = {
    "c",
    "cpp",
    "cs",
    "go",
    "java",
    "javascript",
    "javascriptreact",
    "lua",
    "php",
    "python",
    "ruby",
    "rust",
    "typescript",
    "typescriptreact",
  },
  -- The protocol's name for what Neovim calls "cs".
  get_language_id = function(_, filetype)
    return filetype == "cs" and "csharp" or filetype
  end,
  root_markers = { "pyproject.toml", "setup.py", "setup.cfg", ".git" },
  on_attach = function(client, buffer)
    require("batdoc.ghost").attach(client, buffer)
  end,
}
