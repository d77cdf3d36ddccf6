"""The group's real handler, a gateway whose providers are peers on this machine, and the real reader of documents."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

from docchain import aws
from docchain.ai.batches.repository import BatchRepository
from docchain.ai.counters import AiCounters
from docchain.ai.gateway import Gateway
from docchain.ai.tasks.desk import Desk
from docchain.ai.templates.repository import PromptRepository
from docchain.auth.caller import Caller
from docchain.documents.reading import DocumentReader
from docchain.documents.repository import DocumentRepository
from docchain.realtime.switchboard import Switchboard
from docchain.storage.table import Table
from functions.api.advanced_ai import dependencies
from functions.api.advanced_ai.handler import handler
from functions.calls.read_document.handler import handler as reader
from tests.support.gateways import a_gateway
from tests.support.openai_peer import Peer, Reply, openai_peer
from tests.support.realtime import RecordingPush
from tests.support.rest import a_caller, a_context, call

AI = "/api/v3/advanced/ai"


class Lambdas:
    """What Lambda's client is here: the function's real handler, called in this process."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # boto's own names
        self.orders.append(json.loads(Payload))
        answer = reader(json.loads(Payload), a_context("read-document"))
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}


class Door:
    """Calls the group as somebody of a tenant of its own."""

    def __init__(self, tenant_id: str) -> None:
        self.caller: Caller = a_caller(tenant_id)
        self.table = Table(aws.dynamodb(), "ai")
        self.push = RecordingPush()
        self.lambdas = Lambdas()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        return call(handler, method, path, body, self.caller, headers or None)

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        return self.call("POST", f"{AI}{path}", body, **headers)

    def get(self, path: str) -> tuple[int, Any]:
        return self.call("GET", f"{AI}{path}")

    def stats(self) -> Any:
        status, found = self.call("GET", "/api/v3/advanced/services/ai/stats")
        assert status == 200, found
        return found

    def desk(self, gateway: Gateway) -> Desk:
        documents = DocumentRepository(Table(aws.dynamodb(), "documents"))
        reading = DocumentReader(self.lambdas, "reader")  # type: ignore[arg-type]
        return Desk(gateway, PromptRepository(self.table), documents, reading, AiCounters(self.table))

    @property
    def batches(self) -> BatchRepository:
        return BatchRepository(self.table)


@pytest.fixture(autouse=True)
def no_network() -> None:
    enable_socket()
    socket_allow_hosts(["127.0.0.1"])


@pytest.fixture
def door(tenant: str) -> Door:
    return Door(tenant)


@pytest.fixture
def peered(door: Door, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """``with peered(reply, …) as peer:`` OpenAI is that peer, and so are ``also``; the rest is the gateway's."""

    @contextmanager
    def with_peer(*replies: Reply, also: tuple[str, ...] = (), **more: Any) -> Iterator[Peer]:
        with openai_peer(*replies) as peer:
            addresses = dict.fromkeys(("openai", *also), peer.base_url)
            wire(door, a_gateway(**addresses, **more), monkeypatch)
            yield peer

    return with_peer


@pytest.fixture
def alone(door: Door, monkeypatch: pytest.MonkeyPatch) -> Door:
    """A stage where nobody is configured, and local methods may stand in."""
    wire(door, a_gateway(fallbacks=("local",)), monkeypatch)
    return door


def wire(door: Door, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    board = Switchboard(Table(aws.dynamodb(), "realtime"), door.push)
    desk = door.desk(gateway)
    # The routes hold the factories; what those call is looked up each time.
    monkeypatch.setattr(dependencies, "build_desk", lambda *_: desk)
    monkeypatch.setattr(dependencies, "Switchboard", lambda *_: board)
    dependencies.desk.cache_clear()
    dependencies.board.cache_clear()


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    dependencies.desk.cache_clear()
    dependencies.board.cache_clear()
