"""Every minute: system metrics are collected, and alert rules looked at."""
