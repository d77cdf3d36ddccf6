"""A step: one node of one run, worked once and recorded."""
