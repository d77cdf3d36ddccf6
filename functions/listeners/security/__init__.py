"""What bears on security is kept, counted and weighed."""
