"""Replays: runs that begin with what another has recorded, what differs between two, and a run as a file."""
