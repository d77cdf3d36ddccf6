"""Approvals: whom a run asks, what they said, and the links by which they may say it."""
