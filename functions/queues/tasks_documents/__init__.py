"""Workers of the pool ``documents``: reports."""
