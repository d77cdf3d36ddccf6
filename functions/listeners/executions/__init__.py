"""Step Functions tells that an execution ended badly: a run that does not know it yet is interrupted."""
