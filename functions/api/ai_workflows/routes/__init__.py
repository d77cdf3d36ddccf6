"""Routes of AI workflows. Literal paths are of routers that stand before those of /{ai_workflow_id}."""
