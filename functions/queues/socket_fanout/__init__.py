"""Messages of rooms reach the sockets of their members."""
