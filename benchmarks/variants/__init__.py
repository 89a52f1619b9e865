"""Other ways to write the same function, made without batdoc's own reader of code."""
