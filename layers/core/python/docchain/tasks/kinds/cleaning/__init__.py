"""Sweeps of a cleanup: each yields how much went, batch by batch, and finds what is left when it comes again."""
