"""What is new in the history of rooms sets out for the sockets."""
