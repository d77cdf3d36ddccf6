"""Secrets that a tenant entrusts to us: stored, used by reference, never read back."""
