"""Schedules: what is to happen when, and what came of it."""
