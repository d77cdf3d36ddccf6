"""Documents: content in S3 by its hash, names and provenance in DynamoDB."""
