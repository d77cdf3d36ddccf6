"""Metrics of tenants: five types with labels, exact counters, mergeable sketches, rollups by minute, hour and day."""
