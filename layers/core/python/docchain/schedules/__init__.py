"""Schedules: when something is to happen, that it happened once, and what became of it."""
