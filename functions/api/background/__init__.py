"""Background tasks: asking for them, following them, and governing the service that does them."""
