"""Routes of background tasks. Literal paths are of routers that stand before those with an id in them."""
