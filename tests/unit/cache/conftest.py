"""One server for all tests of the cache; tests keep apart by tenant."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from docchain.cache.backend import Backend
from tests.unit.cache.servers import Server, a_server, a_store

STORES = ("memory", "file", "redis", "dynamodb")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    # Not pytest's own folder: the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, a_server(Path(folder)) as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[Server]:
    """One that a test may stop."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder, a_server(Path(folder)) as running:
        yield running


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, aws_account: None, server: Server, tmp_path: Path) -> Backend:
    return a_store(request.param, server, tmp_path)


@pytest.fixture(params=["redis", "dynamodb"])
def shared(request: pytest.FixtureRequest, aws_account: None, server: Server, tmp_path: Path) -> Backend:
    return a_store(request.param, server, tmp_path)
