"""What happens in runs reaches the rooms."""
