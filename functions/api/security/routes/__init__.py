"""Routes of security, a file per room."""
