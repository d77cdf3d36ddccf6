"""Backups of a tenant: what is in one, how it is sealed, made, read through and put back."""
