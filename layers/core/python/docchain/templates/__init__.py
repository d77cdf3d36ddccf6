"""Workflows to begin with: data that becomes a workflow of one's own."""
