"""What AI does on request: search by meaning, and whatever else lies below /api/v3/advanced/ai."""
