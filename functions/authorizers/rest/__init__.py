"""Who calls the REST API."""
