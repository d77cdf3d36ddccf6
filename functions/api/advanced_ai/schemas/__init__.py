"""What the AI group takes and gives."""
