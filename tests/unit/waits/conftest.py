"""The stage on which tokens are answered."""

from tests.support.waits import stage

__all__ = ["stage"]
