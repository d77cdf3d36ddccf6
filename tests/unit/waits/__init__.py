"""What runs wait for."""
