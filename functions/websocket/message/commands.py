"""What each kind of message does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from docchain.realtime import keys
from docchain.realtime.access import RoomNotFound, check_entrance, visitor_of
from docchain.realtime.counters import read_stats
from docchain.realtime.entrances import enter, step_out
from docchain.realtime.filters import is_wanted
from docchain.realtime.history import READ_MOST, is_whole, read_history
from docchain.realtime.messages import pushable, say
from docchain.realtime.rooms import RoomState
from functions.websocket.message.desk import Visit
from functions.websocket.message.orders import (
    JoinRoom,
    JoinRun,
    JoinWorkflow,
    LeaveRoom,
    LeaveRun,
    LeaveWorkflow,
    Listening,
    Nothing,
    Recover,
)

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
    _join(visit, "joined_workflow", keys.workflow_room(order.workflow_id), {"workflow_id": order.workflow_id}, order)


def join_run(visit: Visit, order: JoinRun) -> None:
    _join(visit, "joined_run", keys.run_room(order.run_id), {"run_id": order.run_id}, order)


def join_room(visit: Visit, order: JoinRoom) -> None:
    _join(visit, "joined_room", order.room_id, {}, order)


def leave_workflow(visit: Visit, order: LeaveWorkflow) -> None:
    named = {"workflow_id": order.workflow_id}
    _leave(visit, "left_workflow", keys.workflow_room(order.workflow_id), named)


def leave_run(visit: Visit, order: LeaveRun) -> None:
    _leave(visit, "left_run", keys.run_room(order.run_id), {"run_id": order.run_id})


def leave_room(visit: Visit, order: LeaveRoom) -> None:
    _leave(visit, "left_room", order.room_id, {})


def recover(visit: Visit, order: Recover) -> None:
    """Raises ``RoomNotFound`` for a room that the client is not in."""
    if order.room_id not in visit.connection.rooms:
        raise RoomNotFound(order.room_id)
    tenant_id, rooms = visit.connection.tenant_id, visit.desk.board.rooms
    member = rooms.read_member(tenant_id, order.room_id, visit.connection.connection)
    room = rooms.read(tenant_id, order.room_id)
    _replay(visit, room, order.since, member.events if member else (), order.limit)


def _join(visit: Visit, answer: str, room_id: str, named: dict[str, Any], order: Listening) -> None:
    """Enters first and reads then: an event in between comes twice, by its number the same, and none is missed."""
    check_entrance(visitor_of(visit.connection), room_id, visit.desk.registers)
    events = tuple(order.events)
    enter(visit.desk.board, visit.connection, room_id, visit.tally, events)
    room = visit.desk.board.rooms.read(visit.connection.tenant_id, room_id)
    heard = {"events": list(events)} if events else {}
    visit.say(say(answer, **named, room_id=room_id, seq=room.seq, members=room.members, **heard))
    if order.since is not None:
        _replay(visit, room, order.since, events, READ_MOST)


def _replay(visit: Visit, room: RoomState, since: int, events: tuple[str, ...], limit: int) -> None:
    """Events as they were pushed, then one message: whether to ask for more, and whether all are still there."""
    tenant_id, table = visit.connection.tenant_id, visit.desk.board.table
    found = read_history(table, tenant_id, room.room_id, since, limit + 1)
    read = found[:limit]
    told = [message for message in map(pushable, read) if is_wanted(message, events)]
    for message in told:
        visit.say({**message, "replayed": True})
    visit.say(
        say(
            "replayed",
            room_id=room.room_id,
            count=len(told),
            more=len(found) > len(read),
            # Of what is no longer kept nothing is asked for again.
            next_since=read[-1].seq if read else room.seq,
            complete=is_whole(found, since, room.seq),
        )
    )


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
    "join_room": Command(JoinRoom, join_room),
    "leave_room": Command(LeaveRoom, leave_room),
    "recover": Command(Recover, recover),
}
