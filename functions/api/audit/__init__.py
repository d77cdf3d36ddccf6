"""The audit: what happened, how often, and the proof of it."""
