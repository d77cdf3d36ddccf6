"""Routes of AI workflows. Literal paths are of routers that stand before those of /{workflow_id}."""
