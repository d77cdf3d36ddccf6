"""Every minute: waits whose time is over, answers that may not have arrived, and runs that wait for a place."""
