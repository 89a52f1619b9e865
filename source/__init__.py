"""The user's source code: pure text to text, no model and no protocol."""
