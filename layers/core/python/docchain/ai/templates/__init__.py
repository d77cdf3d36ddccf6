"""Prompts that a tenant keeps under a name, in versions."""
