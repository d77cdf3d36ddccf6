"""API keys: what a program calls with instead of a session."""
