"""Workflows, their nodes and versions, their runs, and the documents they work on."""
