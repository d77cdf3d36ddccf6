"""The last step of every run: what became of it."""
