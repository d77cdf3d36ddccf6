"""What is left of batches when their callers have stopped waiting."""
