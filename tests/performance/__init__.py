"""Speed, measured: ``python -m tests.performance.bench`` and ``python -m tests.performance.load``."""
