"""batdoc: documentation from code and code from documentation, on the user's own machine."""

__version__ = "0.1.0"
