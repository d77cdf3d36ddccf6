"""The worker of effect nodes: calls out, events and stored values."""
