"""Rules of the security group, a file per room."""
