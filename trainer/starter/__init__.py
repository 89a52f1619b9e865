"""The recipe of the starter model, from installed packages to the GGUF that batdoc ships."""
