"""What the group takes and gives."""
