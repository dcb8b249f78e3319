"""Block Kit from domain values: pure functions, no client, clock or environment."""
