"""Encryption of single fields: a fresh key for each, wrapped by KMS, bound to whose and what for it is."""
