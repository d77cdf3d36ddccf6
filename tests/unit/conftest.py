"""Unit tests run on moto, without a network."""

import pytest
from pytest_socket import disable_socket

from tests.support.aws import aws_account, aws_calls, tenant

__all__ = ["aws_account", "aws_calls", "tenant"]


@pytest.fixture(autouse=True)
def no_network() -> None:
    """A unit test that opens a socket talks to somebody it should not know of."""
    disable_socket(allow_unix_socket=True)
