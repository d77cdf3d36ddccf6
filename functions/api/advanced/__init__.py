"""Execution in one call. AI, cache, notifications and analytics join with their parts."""
