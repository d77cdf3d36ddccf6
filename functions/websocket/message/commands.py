"""What each kind of message does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from docchain.realtime import keys
from docchain.realtime.counters import read_stats
from docchain.realtime.entrances import enter, step_out
from docchain.realtime.history import READ_MOST, read_history
from docchain.realtime.messages import say
from functions.websocket.message.desk import Visit
from functions.websocket.message.orders import JoinRun, JoinWorkflow, LeaveRun, LeaveWorkflow, Nothing

Order = TypeVar("Order", bound=BaseModel)


@dataclass(frozen=True)
class Command(Generic[Order]):
    order: type[Order]
    run: Callable[[Visit, Order], None]
    open_to_anonymous: bool = False


def pong(visit: Visit, _: Nothing) -> None:
    visit.say(say("pong"))


def tell_stats(visit: Visit, _: Nothing) -> None:
    visit.say(say("stats", data=read_stats(visit.desk.board.table, pending=visit.tally)))


def join_workflow(visit: Visit, order: JoinWorkflow) -> None:
    """Raises ``NotFound`` for a workflow of another tenant, as for none."""
    visit.desk.workflows.read(visit.connection.tenant_id, order.workflow_id)
    named = {"workflow_id": order.workflow_id}
    _join(visit, "joined_workflow", keys.workflow_room(order.workflow_id), named, order.since)


def join_run(visit: Visit, order: JoinRun) -> None:
    visit.desk.runs.read(visit.connection.tenant_id, order.run_id)
    _join(visit, "joined_run", keys.run_room(order.run_id), {"run_id": order.run_id}, order.since)


def leave_workflow(visit: Visit, order: LeaveWorkflow) -> None:
    named = {"workflow_id": order.workflow_id}
    _leave(visit, "left_workflow", keys.workflow_room(order.workflow_id), named)


def leave_run(visit: Visit, order: LeaveRun) -> None:
    _leave(visit, "left_run", keys.run_room(order.run_id), {"run_id": order.run_id})


def _join(visit: Visit, answer: str, room_id: str, named: dict[str, Any], since: int | None) -> None:
    """Enters first and reads then: an event in between comes twice, by its number the same, and none is missed."""
    enter(visit.desk.board, visit.connection, room_id, visit.tally)
    room = visit.desk.board.rooms.read(visit.connection.tenant_id, room_id)
    visit.say(say(answer, **named, room_id=room_id, seq=room.seq))
    if since is not None:
        _replay(visit, room_id, since)


def _replay(visit: Visit, room_id: str, since: int) -> None:
    """Events as they were pushed, then one message that says whether to ask for more."""
    tenant_id, table = visit.connection.tenant_id, visit.desk.board.table
    found = read_history(table, tenant_id, room_id, since, READ_MOST + 1)
    told = found[:READ_MOST]
    for message in told:
        visit.say({**message.model_dump(mode="json"), "replayed": True})
    next_since, more = told[-1].seq if told else since, len(found) > len(told)
    visit.say(say("replayed", room_id=room_id, count=len(told), more=more, next_since=next_since))


def _leave(visit: Visit, answer: str, room_id: str, named: dict[str, Any]) -> None:
    step_out(visit.desk.board, visit.connection, room_id, visit.tally)
    visit.say(say(answer, **named, room_id=room_id))


COMMANDS: dict[str, Command[Any]] = {
    "ping": Command(Nothing, pong, open_to_anonymous=True),
    "get_stats": Command(Nothing, tell_stats, open_to_anonymous=True),
    "join_workflow": Command(JoinWorkflow, join_workflow),
    "leave_workflow": Command(LeaveWorkflow, leave_workflow),
    "join_run": Command(JoinRun, join_run),
    "leave_run": Command(LeaveRun, leave_run),
}
