"""Every day: documents beyond their tenant's retention are deleted."""
