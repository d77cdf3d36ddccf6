"""What the rooms of security take and give, a file per room."""
