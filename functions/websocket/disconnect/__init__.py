"""A socket was closed."""
