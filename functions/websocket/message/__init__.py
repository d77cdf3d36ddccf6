"""A client says something."""
