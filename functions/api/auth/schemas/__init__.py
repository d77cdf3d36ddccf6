"""What the rooms of auth take and give, a file per room."""
