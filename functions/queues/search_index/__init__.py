"""Chunks become vectors, and what is deleted is found no more."""
