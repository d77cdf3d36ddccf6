"""Real time, asked over REST: statistics, connections, rooms."""
