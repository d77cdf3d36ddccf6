"""One file per node kind, each with a ``KIND``."""
