"""What benchmarks/batcoder.py measures beside the cards, and how it is shown."""
