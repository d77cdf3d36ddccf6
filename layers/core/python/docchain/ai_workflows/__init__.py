"""AI workflows: chains of AI steps by name, each of which is a workflow of the engine."""
