"""Webhooks of schedules, each attempt by itself."""
