"""Every hour: personal values that are older than a tenant keeps them, or that somebody wants gone, are erased."""
