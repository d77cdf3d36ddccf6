"""Builders for real time, and the one fake: sockets, which no library here can imitate."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from docchain import aws
from docchain.clock import now, to_iso
from docchain.entrypoints.listener import Change
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.realtime import keys
from docchain.realtime.counters import Tally, read_stats
from docchain.realtime.errors import ConnectionGone
from docchain.realtime.fanout.delivering import deliver_orders
from docchain.realtime.fanout.orders import FanoutOrder
from docchain.realtime.fanout.queue import FanoutQueue
from docchain.realtime.history import message_item
from docchain.realtime.models import ROOMS_MOST, Connection, RoomMessage
from docchain.realtime.push import Message
from docchain.realtime.switchboard import Switchboard
from docchain.runs.models import Run
from docchain.runs.repository import RunRepository
from docchain.storage.table import Table
from docchain.tasks import keys as task_keys
from docchain.tasks.models import Phase, Priority, Task, TaskStatus
from docchain.tasks.repository import TaskRepository
from docchain.workflows.models import Draft, Workflow
from docchain.workflows.repository import WorkflowRepository
from functions.listeners.room_messages.run import send_out
from tests.support.aws import TABLES, create_table

TASK = "0b6ad1f4-5d3c-4a7e-9f21-3c1f0f6e2a10"
_sockets = count(1)


class RecordingPush:
    """Writes down what would be sent. ``gone`` answer 410, ``opening`` do so as often as said, ``broken`` time out.

    What is ``immortal`` is not closed either.
    """

    def __init__(self) -> None:
        self.posted: list[tuple[str, Message]] = []
        self.closed: list[str] = []
        self.gone: set[str] = set()
        self.broken: set[str] = set()
        self.immortal: set[str] = set()
        self.opening: dict[str, int] = {}

    def post(self, connection: str, message: Message) -> None:
        self.check(connection)
        if connection in self.broken:
            raise EndpointConnectionError(endpoint_url="https://sockets")
        self.posted.append((connection, message))

    def check(self, connection: str) -> None:
        if connection in self.gone or connection in self.closed:
            raise ConnectionGone(connection)
        if self.opening.get(connection, 0):
            self.opening[connection] -= 1
            raise ConnectionGone(connection)

    def close(self, connection: str) -> None:
        self.check(connection)
        if connection in self.immortal:
            raise EndpointConnectionError(endpoint_url="https://sockets")
        self.closed.append(connection)

    def heard_by(self, connection: str, kind: str | None = None) -> list[Message]:
        return [m for to, m in self.posted if to == connection and (kind is None or m["type"] == kind)]


def a_connection(tenant_id: str = "default", user_id: int | None = 1, **fields: Any) -> Connection:
    socket = f"socket{next(_sockets)}"
    known = {"username": f"user{user_id}", "session_id": f"session{user_id}", "roles": ("user",)} if user_id else {}
    owner = {"tenant_id": tenant_id, "user_id": user_id, **known} if user_id else {}
    base = {"connection": socket, "connection_id": f"label_{socket}", "connected_at": now()}
    return Connection.model_validate({**base, **owner, **fields})


def a_run_event(run_id: int = 1, workflow_id: int = 7, kind: str = "node.completed", **fields: Any) -> Event:
    data = {"workflow_id": workflow_id, "run_id": run_id, **fields.pop("data", {})}
    return Event(type=kind, tenant_id=fields.pop("tenant_id", "default"), subject=f"runs/{run_id}", data=data, **fields)


def a_change(event: Event, sequence: int) -> Change:
    item = {"pk": f"{event.tenant_id}#{event.subject}", "sk": f"event#{event.id}", "entity": "event"}
    return Change("INSERT", str(sequence), {**item, "event": event.model_dump(mode="json")})


@pytest.fixture
def push() -> RecordingPush:
    return RecordingPush()


@pytest.fixture
def realtime(aws_account: None) -> Table:
    """Fresh for each test: its statistics belong to no tenant."""
    return fresh_table("realtime")


@pytest.fixture
def board(realtime: Table, push: RecordingPush) -> Switchboard:
    return Switchboard(realtime, push)


def fresh_table(kind: str) -> Table:
    name = f"{kind}-{new_ulid()}"
    create_table(name, TABLES[kind])
    return Table(aws.dynamodb(), name)


def connected(board: Switchboard, *rooms: str, **fields: Any) -> Connection:
    """Open, counted, and in these rooms."""
    connection = a_connection(**fields)
    board.connections.open(connection)
    tally = Tally(total_connections=1, active_connections=1)
    for room in rooms:
        board.rooms.join(connection, room, tally)
    tally.write(board.table)
    return connection


def crowded(board: Switchboard, connection: Connection) -> None:
    """As if it had joined as many rooms as it may: ``run_0`` and on."""
    rooms = {f"run_{n}": now() for n in range(ROOMS_MOST)}
    pk = keys.connection(connection.tenant_id, connection.connection)
    board.table.update(pk, keys.CONNECTION, set_={"rooms": rooms})


def long_ago(seconds: float) -> str:
    return to_iso(datetime.now(UTC) - timedelta(seconds=seconds))


def stats_of(board: Switchboard) -> dict[str, Any]:
    stats = read_stats(board.table)
    del stats["timestamp"]
    return {name: value for name, value in stats.items() if value}


def a_stored_workflow(table: Table, tenant_id: str = "default", workflow_id: int = 7) -> WorkflowRepository:
    workflow = Workflow(id=workflow_id, name="w", created_by="ada", created_at=now(), updated_at=now())
    fact = Event(type="workflow.created", tenant_id=tenant_id, subject=f"workflows/{workflow_id}")
    repository = WorkflowRepository(table)
    repository.create(tenant_id, Draft(workflow=workflow, nodes=[]), fact)
    return repository


def a_stored_run(table: Table, tenant_id: str = "default", run_id: int = 1) -> RunRepository:
    run = Run(id=run_id, workflow_id=7, version=1, state_machine_arn="arn", started_by="ada", started_at=now())
    repository = RunRepository(table)
    repository.create(tenant_id, run)
    return repository


def a_sample(path: str) -> dict[str, Any]:
    """An event as AWS sends it, from ``events/``."""
    sample: dict[str, Any] = json.loads((Path("events") / path).read_text())
    return sample


def a_stored_task(table: Table, tenant_id: str = "default", task_id: str = TASK) -> TaskRepository:
    task = Task(
        tenant_id=tenant_id,
        id=task_id,
        name="t",
        type="cleanup",
        pool="light",
        priority=Priority.NORMAL,
        status=TaskStatus.PENDING,
        phase=Phase.READY,
        user_id=1,
        actor="ada",
        created_at=now(),
    )
    table.put({"pk": task_keys.task(tenant_id, task_id), "sk": task_keys.CARD, **task.model_dump(mode="json")})
    return TaskRepository(table)


class RecordingQueue:
    """A FIFO queue as SQS sees it: what is named twice is taken once. ``refused`` are positions it does not take."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.calls: list[list[dict[str, Any]]] = []
        self._names: set[str] = set()
        self.refused: set[str] = set()

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.calls.append(Entries)
        failed = []
        for entry in Entries:
            if entry["Id"] in self.refused:
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            elif entry["MessageDeduplicationId"] not in self._names:
                self._names.add(entry["MessageDeduplicationId"])
                self.bodies.append(entry["MessageBody"])
        return {"Failed": failed}


def a_room_change(tenant_id: str, message: RoomMessage, sequence: int = 1) -> Change:
    """What the stream of the realtime table tells of a new message."""
    return Change("INSERT", str(sequence), message_item(tenant_id, message))


def fan_out(board: Switchboard, *messages: RoomMessage, tenant_id: str = "default") -> set[int]:
    """The whole way from the history's stream to the sockets; the positions of orders that must come again."""
    queue = RecordingQueue()
    changes = [a_room_change(tenant_id, message, n) for n, message in enumerate(messages)]
    send_out(changes, board.table, FanoutQueue(queue, "url"))  # type: ignore[arg-type]
    return deliver_orders(board, [FanoutOrder.model_validate_json(body) for body in queue.bodies])
