-- Commands and <Plug> mappings; the rest is loaded when one is used.
if vim.g.loaded_batdoc then
  return
end
vim.g.loaded_batdoc = true

local function command(name, run, description)
  vim.api.nvim_create_user_command(name, run, { desc = description })
end

command("BatdocDoc", function()
  require("batdoc").document()
end, "Write the documentation of the function or class at the cursor")
command("BatdocBody", function()
  require("batdoc").write_body()
end, "Write the body of the function at the cursor from its documentation")
command("BatdocFile", function()
  require("batdoc").document_file()
end, "Document what the file lacks")
command("BatdocWorkspace", function()
  require("batdoc").document_workspace()
end, "Document what the open folders lack")
command("BatdocCancel", function()
  require("batdoc").cancel()
end, "End what a command or code action asked for")
command("BatdocRestart", function()
  require("batdoc").restart_engine()
end, "Start the process that holds the model anew")
command("BatdocToggle", function()
  require("batdoc.ghost").toggle()
end, "Pause suggestions, or go on")

-- The name of the function, and the key that it has unless the user mapped another.
local keys = { accept = "<M-y>", accept_line = "<M-l>", next = "<M-n>", dismiss = "<M-e>" }
for name, key in pairs(keys) do
  local plug = "<Plug>(batdoc-" .. name:gsub("_", "-") .. ")"
  vim.keymap.set("i", plug, function()
    require("batdoc.ghost")[name]()
  end, { desc = "batdoc: " .. name:gsub("_", " ") })
  if not vim.g.batdoc_no_maps and vim.fn.hasmapto(plug, "i") == 0 and vim.fn.maparg(key, "i") == "" then
    vim.keymap.set("i", key, plug, { remap = true })
  end
end
