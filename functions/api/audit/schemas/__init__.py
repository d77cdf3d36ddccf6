"""What the audit group gives, a file per question."""
