"""BatCoder: reinforcement learning by back-translation, on code alone."""
