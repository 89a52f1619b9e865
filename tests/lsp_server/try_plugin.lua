-- Run by test_nvim.py inside Neovim: turns the plugin on, as a person's configuration does.
vim.opt.rtp:prepend(vim.env.TRY_PLUGIN)
vim.cmd.runtime("plugin/batdoc.lua")
vim.lsp.config("batdoc", { cmd = vim.json.decode(vim.env.TRY_SERVER) })
vim.lsp.enable("batdoc")

-- What a person would be told, for the tests to read.
TOLD = ""
vim.notify = function(message)
  TOLD = TOLD .. message .. "\n"
end

--- How many requests wait for an answer.
function WAITING()
  local count = 0
  for _, client in ipairs(vim.lsp.get_clients()) do
    for _, request in pairs(client.requests) do
      count = count + (request.type == "pending" and 1 or 0)
    end
  end
  return count
end

--- How many servers are attached to the buffer that is shown.
function ATTACHED()
  return #vim.lsp.get_clients({ bufnr = 0 })
end
