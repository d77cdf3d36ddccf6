"""Who sees which connections and rooms: administrators those of their tenant, everybody else their own."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.entrypoints.paging import Paging
from docchain.errors import invalid
from docchain.realtime import keys
from docchain.realtime.access import Registers, Visitor, check_entrance
from docchain.realtime.connections import ConnectionRepository
from docchain.realtime.history import is_whole, read_history
from docchain.realtime.models import Connection, RoomMessage
from docchain.realtime.push import to_json
from docchain.realtime.rooms import RoomRepository, RoomState
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.storage.table import Table
from functions.api.ws.schemas import (
    ConnectionsAnswer,
    ConnectionView,
    HistoryAnswer,
    MemberView,
    RoomDetail,
    RoomsAnswer,
    RoomView,
)

_ADMIN = "tenant:admin"
# A function answers with 6 MB at most.
_ANSWER_BYTES_MOST = 4_000_000


def connections_of(caller: Caller, paging: Paging, realtime: Table) -> tuple[ConnectionsAnswer, str | None]:
    """One's own are few and come on one page."""
    if not caller.may(_ADMIN):
        own = _own_connections(caller, realtime)
        return ConnectionsAnswer(connections=_views(own), total_connections=len(own)), None
    scope = f"ws/connections/{caller.tenant_id}"
    found, page = ConnectionRepository(realtime).read_page(
        caller.tenant_id, limit=paging.limit, start_key=from_cursor(paging.cursor, scope)
    )
    # Every connection of the tenant is in the system room.
    total = RoomRepository(realtime).read(caller.tenant_id, keys.SYSTEM_ROOM).members
    answer = ConnectionsAnswer(connections=_views(found), total_connections=max(total, len(found)))
    return answer, to_cursor(page.next_key, scope)


def rooms_of(caller: Caller, paging: Paging, realtime: Table) -> tuple[RoomsAnswer, str | None]:
    rooms = RoomRepository(realtime)
    if not caller.may(_ADMIN):
        names = sorted({room_id for connection in _own_connections(caller, realtime) for room_id in connection.rooms})
        own = rooms.read_many(caller.tenant_id, names)
        return RoomsAnswer(rooms=[_room_view(room) for room in own], total_rooms=len(own)), None
    scope = f"ws/rooms/{caller.tenant_id}"
    found, page = rooms.read_open(caller.tenant_id, limit=paging.limit, start_key=from_cursor(paging.cursor, scope))
    answer = RoomsAnswer(rooms=[_room_view(room) for room in found], total_rooms=rooms.count_open(caller.tenant_id))
    return answer, to_cursor(page.next_key, scope)


def room_of(
    caller: Caller, room_id: str, paging: Paging, realtime: Table, things: Registers
) -> tuple[RoomDetail, str | None]:
    """Three calls. Who may enter a room may see who is in it."""
    check_entrance(_visitor(caller), room_id, things)
    rooms, scope = RoomRepository(realtime), f"ws/room/{caller.tenant_id}/{room_id}"
    members, page = rooms.read_members_page(
        caller.tenant_id, room_id, limit=paging.limit, start_key=from_cursor(paging.cursor, scope)
    )
    room = rooms.read(caller.tenant_id, room_id)
    answer = RoomDetail(
        room_id=room_id,
        members=[MemberView.model_validate(member.model_dump()) for member in members],
        total_members=room.members,
        last_seq=room.seq,
    )
    return answer, to_cursor(page.next_key, scope)


def history_of(
    caller: Caller, room_id: str, since: int, limit: int, realtime: Table, things: Registers
) -> HistoryAnswer:
    check_entrance(_visitor(caller), room_id, things)
    latest = RoomRepository(realtime).read(caller.tenant_id, room_id).seq
    found = read_history(realtime, caller.tenant_id, room_id, since, limit + 1)
    told = _that_fit(found[:limit])
    return HistoryAnswer(
        room_id=room_id,
        messages=[message.model_dump(mode="json") for message in told],
        next_since=told[-1].seq if told else latest,
        more=len(found) > len(told),
        complete=is_whole(found, since, latest),
    )


def _that_fit(messages: list[RoomMessage]) -> list[RoomMessage]:
    """The first is always told, or who asks would never get on."""
    total = 0
    for position, message in enumerate(messages):
        total += len(to_json(message.model_dump(mode="json")))
        if position and total > _ANSWER_BYTES_MOST:
            return messages[:position]
    return messages


def room_of_notification(event_data: dict[str, Any]) -> str:
    """Raises ``ValidationFailed`` for a ``user_id`` that is no number."""
    match event_data.get("user_id"):
        case None:
            return keys.SYSTEM_ROOM
        case int(user_id) if 1 <= user_id < 10**15 and not isinstance(user_id, bool):
            return keys.user_room(user_id)
    raise invalid("user_id", "is a number from 1 on, or left out")


def _visitor(caller: Caller) -> Visitor:
    return Visitor(caller.tenant_id, caller.user_id, caller.scopes)


def _own_connections(caller: Caller, realtime: Table) -> list[Connection]:
    members = RoomRepository(realtime).read_members(caller.tenant_id, keys.user_room(caller.user_id))
    return ConnectionRepository(realtime).read_many(caller.tenant_id, [m.connection for m in members])


def _views(connections: list[Connection]) -> list[ConnectionView]:
    return [ConnectionView(**c.model_dump(exclude={"rooms"}), rooms=sorted(c.rooms)) for c in connections]


def _room_view(room: RoomState) -> RoomView:
    return RoomView(room_id=room.room_id, members=room.members, last_seq=room.seq)
