"""An event loop needs a socket pair of its own."""

import pytest
from pytest_socket import enable_socket


@pytest.fixture(autouse=True)
def no_network() -> None:
    enable_socket()
