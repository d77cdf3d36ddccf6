"""The doors: all wiring of Mangum, FastAPI and Powertools, once per kind."""
