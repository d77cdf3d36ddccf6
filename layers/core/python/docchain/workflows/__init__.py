"""Workflows: drafts that people edit and versions that run."""
