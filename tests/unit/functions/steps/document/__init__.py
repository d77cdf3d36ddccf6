"""Document nodes."""
