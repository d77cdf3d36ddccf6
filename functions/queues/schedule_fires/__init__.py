"""Schedules that are due, to the second, and what they start."""
