"""What background tasks do: a file for each kind, their parameters in ``shapes``, who does which in ``pools``."""
