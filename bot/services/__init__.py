"""The use cases: they take ports, decide, and return domain values."""
