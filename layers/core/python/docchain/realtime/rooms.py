"""Rooms in DynamoDB: who enters, who leaves, who is there.

A room counts its members. The transaction that makes it 0 → 1 or 1 → 0 carries a condition that says so, and so exactly
one of many concurrent joins opens the room and exactly one of many leaves closes it.
"""

import time
from dataclasses import dataclass

from docchain.clock import now
from docchain.realtime import keys
from docchain.realtime.counters import Tally
from docchain.realtime.errors import ConnectionGone, TooManyRooms
from docchain.realtime.models import ROOMS_MOST, Connection, Member
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.table import Action, Page, Table

# Above the sockets that one push can reach before its function's time is up.
MEMBERS_MOST = 10_000
_ATTEMPTS = 8
_OF_CONNECTION = 0  # position in the transaction of the condition on the connection itself


@dataclass(frozen=True)
class RoomState:
    room_id: str
    members: int = 0
    seq: int = 0
    """Of the room's latest message."""


@dataclass(frozen=True)
class RoomRepository:
    table: Table

    def read(self, tenant_id: str, room_id: str) -> RoomState:
        return _state(room_id, self.table.get(keys.room(tenant_id, room_id), keys.ROOM, consistent=True))

    def read_many(self, tenant_id: str, room_ids: list[str]) -> list[RoomState]:
        wanted = {room_id: (keys.room(tenant_id, room_id), keys.ROOM) for room_id in room_ids}
        found = self.table.get_many(wanted.values(), consistent=True)
        return [_state(room_id, found.get(key)) for room_id, key in wanted.items()]

    def read_member(self, tenant_id: str, room_id: str, connection: str) -> Member | None:
        item = self.table.get(keys.room(tenant_id, room_id), keys.member(connection), consistent=True)
        return Member.model_validate(item) if item else None

    def read_members(self, tenant_id: str, room_id: str) -> list[Member]:
        pk = keys.room(tenant_id, room_id)
        items = self.table.query_all(pk, prefix=keys.MEMBER_PREFIX, most=MEMBERS_MOST, consistent=True)
        return [Member.model_validate(item) for item in items]

    def read_members_page(
        self, tenant_id: str, room_id: str, *, limit: int, start_key: Item | None
    ) -> tuple[list[Member], Page]:
        pk = keys.room(tenant_id, room_id)
        page = self.table.query(pk, prefix=keys.MEMBER_PREFIX, limit=limit, start_key=start_key, consistent=True)
        return [Member.model_validate(item) for item in page.items], page

    def read_open(self, tenant_id: str, *, limit: int, start_key: Item | None) -> tuple[list[RoomState], Page]:
        """A page of the rooms with somebody in them."""
        page = self.table.query(
            keys.open_rooms(tenant_id), prefix=keys.OPEN_ROOM_PREFIX, limit=limit, start_key=start_key
        )
        return self.read_many(tenant_id, [item["room_id"] for item in page.items]), page

    def count_open(self, tenant_id: str) -> int:
        item = self.table.get(keys.open_rooms(tenant_id), keys.OPEN_ROOMS_TOTAL)
        return int(item["rooms"]) if item else 0

    def join(self, connection: Connection, room_id: str, tally: Tally, events: tuple[str, ...] = ()) -> bool:
        """``False`` when it was there already. Raises ``ConnectionGone``, ``TooManyRooms``."""
        tenant_id, field = connection.tenant_id, f"rooms.{room_id}"
        entering = self.table.updating(
            keys.connection(tenant_id, connection.connection),
            keys.CONNECTION,
            set_={field: now()},
            when=Attr("pk").exists() & Attr(field).not_exists() & Attr("rooms").size().lt(ROOMS_MOST),
        )
        seat = {
            "pk": keys.room(tenant_id, room_id),
            "sk": keys.member(connection.connection),
            "entity": "member",
            **connection.as_member(events).model_dump(mode="json"),
        }
        for attempt in range(_ATTEMPTS):
            is_first = self.read(tenant_id, room_id).members == 0
            moves = [entering, self.table.putting(seat), *self._first_in(tenant_id, room_id, is_first=is_first)]
            if self._moved(moves, attempt):
                _count(tally, room_id, +1 if is_first else 0)
                return True
            present = self._present(connection)
            if room_id in present.rooms:
                return False
            if len(present.rooms) >= ROOMS_MOST:
                raise TooManyRooms(ROOMS_MOST)
        raise TooMuchContention(f"Too many members move in room {room_id}; try again.")

    def listen_to(self, connection: Connection, room_id: str, events: tuple[str, ...]) -> None:
        """Another filter for who is in the room; nothing for who is not."""
        place = keys.room(connection.tenant_id, room_id), keys.member(connection.connection)
        try:
            self.table.update(*place, set_={"events": list(events)}, when=Attr("pk").exists())
        except ConditionFailed:
            return

    def leave(self, connection: Connection, room_id: str, tally: Tally) -> bool:
        """``False`` when it was not there."""
        tenant_id, field = connection.tenant_id, f"rooms.{room_id}"
        leaving = self.table.updating(
            keys.connection(tenant_id, connection.connection),
            keys.CONNECTION,
            remove=(field,),
            when=Attr("pk").exists() & Attr(field).exists(),
        )
        stand_up = self.table.deleting(keys.room(tenant_id, room_id), keys.member(connection.connection))
        for attempt in range(_ATTEMPTS):
            is_last = self.read(tenant_id, room_id).members == 1
            moves = [leaving, stand_up, *self._last_out(tenant_id, room_id, is_last=is_last)]
            if self._moved(moves, attempt):
                _count(tally, room_id, -1 if is_last else 0)
                return True
            if not self._is_in(connection, room_id):
                return False
        raise TooMuchContention(f"Too many members move in room {room_id}; try again.")

    def _moved(self, moves: list[Action], attempt: int) -> bool:
        """``False`` when the room or the connection was not as it was read."""
        try:
            self.table.transact(moves)
        except ConditionFailed as error:
            if _OF_CONNECTION not in error.failed:
                time.sleep(0.01 * 2**attempt)
            return False
        return True

    def _first_in(self, tenant_id: str, room_id: str, *, is_first: bool) -> list[Action]:
        count = Attr("members").not_exists() | Attr("members").eq(0) if is_first else Attr("members").gte(1)
        moves = [self._counting(tenant_id, room_id, +1, when=count)]
        if is_first:
            entry = {"sk": f"{keys.OPEN_ROOM_PREFIX}{room_id}", "entity": "open_room", "room_id": room_id}
            moves += [
                self.table.putting({"pk": keys.open_rooms(tenant_id), **entry}),
                self._counting_rooms(tenant_id, +1),
            ]
        return moves

    def _last_out(self, tenant_id: str, room_id: str, *, is_last: bool) -> list[Action]:
        count = Attr("members").eq(1) if is_last else Attr("members").gt(1)
        moves = [self._counting(tenant_id, room_id, -1, when=count)]
        if is_last:
            moves += [
                self.table.deleting(keys.open_rooms(tenant_id), f"{keys.OPEN_ROOM_PREFIX}{room_id}"),
                self._counting_rooms(tenant_id, -1),
            ]
        return moves

    def _counting(self, tenant_id: str, room_id: str, change: int, *, when: Condition) -> Action:
        return self.table.updating(
            keys.room(tenant_id, room_id), keys.ROOM, add={"members": change}, set_={"entity": "room"}, when=when
        )

    def _counting_rooms(self, tenant_id: str, change: int) -> Action:
        return self.table.updating(
            keys.open_rooms(tenant_id), keys.OPEN_ROOMS_TOTAL, add={"rooms": change}, set_={"entity": "open_rooms"}
        )

    def _present(self, connection: Connection) -> Connection:
        item = self.table.get(
            keys.connection(connection.tenant_id, connection.connection), keys.CONNECTION, consistent=True
        )
        if item is None:
            raise ConnectionGone(connection.connection)
        return Connection.model_validate(item)

    def _is_in(self, connection: Connection, room_id: str) -> bool:
        try:
            return room_id in self._present(connection).rooms
        except ConnectionGone:
            return False


def _state(room_id: str, item: Item | None) -> RoomState:
    known = item or {}
    return RoomState(room_id, int(known.get("members", 0)), int(known.get("seq", 0)))


def _count(tally: Tally, room_id: str, change: int) -> None:
    """A user's own room is open exactly while the user is connected."""
    tally.rooms_count += change
    if room_id.startswith(keys.USER_ROOM_PREFIX):
        tally.users_connected += change
