"""Lambda authorizers of API Gateway."""
