"""Routes of auth, a file per room."""
