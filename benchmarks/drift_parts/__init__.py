"""What benchmarks/drift.py measures, and how it is shown."""
