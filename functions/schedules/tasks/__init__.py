"""Every minute: tasks that are due and were not moved, and lanes where something waits."""
