"""Functions that other functions ask, and wait for."""
