"""Routes of the group, a file for each part of it."""
