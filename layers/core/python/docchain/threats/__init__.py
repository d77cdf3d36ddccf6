"""What a series of events amounts to: rules, findings, the level of threat, and addresses that are blocked."""
