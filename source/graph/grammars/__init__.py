"""What each language's syntax means to a comparison: one table a file."""
