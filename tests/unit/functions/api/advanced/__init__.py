"""The advanced group."""
