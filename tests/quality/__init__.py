"""Texts written by hand, whose answers are known, and how often the local methods give them."""
