"""Search by meaning: documents cut into chunks, their vectors in packed segments, and the warm index over them."""
