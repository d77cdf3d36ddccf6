"""Runs: one execution of a workflow version, and the node records that everything a user sees is a view on."""
