"""What was written reaches the bus."""
