"""Consumers of queues, one package each."""
