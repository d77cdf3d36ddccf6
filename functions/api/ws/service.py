"""Who sees which connections and rooms: administrators those of their tenant, everybody else their own."""

from docchain.auth.caller import Caller
from docchain.entrypoints.paging import Paging
from docchain.realtime import keys
from docchain.realtime.connections import ConnectionRepository
from docchain.realtime.models import Connection
from docchain.realtime.rooms import RoomRepository, RoomState
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.storage.table import Table
from functions.api.ws.schemas import ConnectionsAnswer, ConnectionView, RoomsAnswer, RoomView

_ADMIN = "tenant:admin"


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


def _own_connections(caller: Caller, realtime: Table) -> list[Connection]:
    members = RoomRepository(realtime).read_members(caller.tenant_id, keys.user_room(caller.user_id))
    return ConnectionRepository(realtime).read_many(caller.tenant_id, [m.connection for m in members])


def _views(connections: list[Connection]) -> list[ConnectionView]:
    return [ConnectionView(**c.model_dump(exclude={"rooms"}), rooms=sorted(c.rooms)) for c in connections]


def _room_view(room: RoomState) -> RoomView:
    return RoomView(room_id=room.room_id, members=room.members, last_seq=room.seq)
