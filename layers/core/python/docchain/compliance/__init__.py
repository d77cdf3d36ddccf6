"""Compliance reports: who had access, what changed, who failed to log in, in a form that carries its own proof."""
