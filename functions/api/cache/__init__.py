"""The tenant's cache: its entries, its figures, and clearing it."""
