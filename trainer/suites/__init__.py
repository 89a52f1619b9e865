"""Public test suites: a model writes bodies, their tests run, pass@k counts what passed."""
