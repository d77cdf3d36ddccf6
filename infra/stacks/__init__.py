"""Stacks: one per stage, well under the limit of 500 resources."""
