"""Metrics: recording, reading, exposition, alert rules, and how long routes take."""
