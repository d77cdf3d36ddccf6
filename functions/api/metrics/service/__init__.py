"""The rules of the group."""
