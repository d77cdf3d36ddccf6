"""Fixtures of identity."""

from tests.unit.identity.conftest import accounts

__all__ = ["accounts"]
