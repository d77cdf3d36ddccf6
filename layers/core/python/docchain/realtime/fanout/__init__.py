"""From a room's history to the sockets of its members: in parallel over members, in order for each of them."""
