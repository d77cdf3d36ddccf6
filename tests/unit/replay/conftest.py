"""Replays pay at a real peer and act on a real peer, both on this machine's loopback; they reach nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from functions.api.workflows.handler import handler
from tests.support import http_peer, openai_peer
from tests.support.engine import Stage
from tests.support.player import Player
from tests.support.rest import a_caller, call


@pytest.fixture(autouse=True)
def no_network() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])


@pytest.fixture
def model() -> Iterator[openai_peer.Peer]:
    with openai_peer.openai_peer(*(openai_peer.completion(f"answer {n}") for n in range(1, 100))) as peer:
        yield peer


@pytest.fixture
def receiver() -> Iterator[http_peer.Peer]:
    with http_peer.a_peer() as peer:
        yield peer


@pytest.fixture
def player(tenant: str, model: openai_peer.Peer, receiver: http_peer.Peer) -> Player:
    return Player(Stage(tenant), model.base_url, receiver.port)


@pytest.fixture
def api(tenant: str) -> Any:
    return lambda method, path, body=None, **headers: call(
        handler, method, f"/api/v3/workflows{path}", body, a_caller(tenant), headers
    )


@pytest.fixture
def ran(api: Any, player: Player) -> Any:
    """A workflow of these nodes and its first run, played to the end: its number."""

    def run(nodes: list[dict[str, Any]], parameters: dict[str, Any] | None = None) -> int:
        status, workflow = api("POST", "", {"name": "W", "nodes": nodes})
        assert status == 200, workflow
        status, started = api("POST", f"/{workflow['id']}/execute", {"parameters": parameters or {}})
        assert status == 200, started
        player.play(started["id"])
        return int(started["id"])

    return run
