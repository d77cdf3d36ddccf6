"""The provider of language models in these tests is a real server on this machine's loopback."""

import pytest
from pytest_socket import enable_socket, socket_allow_hosts


@pytest.fixture(autouse=True)
def no_network() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])
