"""Rate limits: how many calls a caller may make, and what is left of it."""
