"""What background tasks do: one file a kind, its parameters in ``shapes`` and ``table_shapes``, its pool in ``pools``."""
