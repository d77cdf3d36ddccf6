"""What the bus told becomes entries of the tenants' audit."""
