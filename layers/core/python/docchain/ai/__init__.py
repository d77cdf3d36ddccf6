"""What a model or a method says of a text, always with who said it and how."""
