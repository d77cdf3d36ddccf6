"""Figures of runs, nodes and money, kept by increments: each event counts once, and nothing is ever scanned."""
