"""Calls to addresses that users name: one guarded client, so that nobody reaches inside through us."""
