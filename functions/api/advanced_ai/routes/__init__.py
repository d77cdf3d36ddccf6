"""Routes of the AI group, one file for each thing."""
