"""Routes of the workflows group, a file per noun."""
