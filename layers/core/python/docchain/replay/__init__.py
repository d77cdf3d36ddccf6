"""Replays: runs that begin from what another run has recorded, what differs between two, and what a file says of one."""
