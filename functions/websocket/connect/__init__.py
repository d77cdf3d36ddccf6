"""A socket asks to be opened."""
