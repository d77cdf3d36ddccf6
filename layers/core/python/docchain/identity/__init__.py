"""Users, their sessions, and the tokens that speak for a session."""
