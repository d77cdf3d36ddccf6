"""DynamoDB as this project uses it: plain items in, plain items out, our errors."""
