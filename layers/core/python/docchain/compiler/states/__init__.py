"""One file per kind of state that a definition becomes."""
