"""How long each route takes and how often it fails, gathered by the doors and written now and then."""
