"""A tenant's named values: what runs leave for each other and for the world to read."""
