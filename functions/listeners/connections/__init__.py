"""A new connection is greeted."""
