"""A document becomes text, for functions that have no readers."""
