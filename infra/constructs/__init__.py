"""Building blocks: what is the same for every function, table and door."""
