"""Workers of the pool ``light``: workflows, notifications and letters."""
