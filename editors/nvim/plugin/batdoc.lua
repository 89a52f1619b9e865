-- Commands; lua/batdoc.lua is loaded when one is used.
if vim.g.loaded_batdoc then
  return
end
vim.g.loaded_batdoc = true

vim.api.nvim_create_user_command("BatdocDoc", function()
  require("batdoc").document()
end, { desc = "Write the docstring of the function or class at the cursor" })

vim.api.nvim_create_user_command("BatdocBody", function()
  require("batdoc").write_body()
end, { desc = "Write the body of the function at the cursor from its docstring" })
