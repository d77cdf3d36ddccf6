"""Nodes that steer a run."""
