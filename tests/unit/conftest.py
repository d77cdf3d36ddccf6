"""Unit tests run on moto, without a network."""

import asyncio

import pytest
from pytest_socket import disable_socket

from tests.support.aws import atomic_calls, aws_account, aws_calls, tenant

__all__ = ["atomic_calls", "aws_account", "aws_calls", "tenant"]


@pytest.fixture(autouse=True)
def no_network() -> None:
    """A unit test that opens a socket talks to somebody it should not know of."""
    disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def an_event_loop() -> None:
    """Mangum takes the thread's own, which ``asyncio.run`` in an earlier test took away."""
    try:
        asyncio.get_event_loop_policy().get_event_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())
