"""Every day: what came on the record since is signed, tenant by tenant."""
