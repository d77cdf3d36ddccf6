"""The demo: a real document through a chain, as a client would do it."""
