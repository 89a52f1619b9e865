"""The engines that turn prompts into text, each behind the contract in models.backend."""
