"""What happened that bears on security: kept for a quarter, counted for good."""
