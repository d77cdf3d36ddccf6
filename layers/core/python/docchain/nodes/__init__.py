"""The catalogue of node kinds: what each takes, what it promises, and which worker does it."""
