"""`python -m batdoc`: what torchrun starts, and whoever has batdoc but not its script on the path."""

from batdoc.cli.main import main

main(prog_name="batdoc")
