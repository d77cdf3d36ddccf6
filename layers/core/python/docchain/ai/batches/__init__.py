"""Up to a hundred tasks in one order: begun while the caller waits, and ended by a queue."""
