"""What runs wait for: people, calls from elsewhere, other runs. Opened by a step, answered once by somebody else."""
