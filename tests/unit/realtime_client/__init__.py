"""The JavaScript client, run by Node against a server that behaves as badly as a network can."""
