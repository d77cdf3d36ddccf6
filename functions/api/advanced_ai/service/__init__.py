"""The rules of the AI group."""
