"""What runs and nodes told becomes figures; what an ended run had set aside goes back."""
