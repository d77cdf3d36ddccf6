"""Fixtures of real time."""

from tests.support.realtime import board, push, realtime

__all__ = ["board", "push", "realtime"]
