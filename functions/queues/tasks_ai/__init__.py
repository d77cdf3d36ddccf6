"""Workers of the pool ``ai``: what asks models."""
