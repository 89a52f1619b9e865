"""The model that batdoc ships: GGUF weights, tokenizer files and the model card."""
