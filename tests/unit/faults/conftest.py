"""Effects go to a real peer on this machine's loopback, and nowhere else."""

import pytest
from pytest_socket import enable_socket, socket_allow_hosts


@pytest.fixture(autouse=True)
def no_network() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])
