"""Events of runs become messages of rooms: numbered per room without gap or duplicate, whatever is delivered twice.

One transaction moves the rooms' counters and puts the messages. The room of the run also remembers the last stream
sequence it took: events of a run share a partition, so their sequences only grow, and a batch (or its beginning) that
comes again is recognised. The room of the workflow hears of runs in many shards, whose sequences cannot be compared;
it is written in the same transaction and needs no memory of its own.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from docchain.events.models import Event
from docchain.realtime import keys
from docchain.realtime.history import message_item
from docchain.realtime.models import RoomMessage
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.table import TRANSACTION_LIMIT, Action, Table

# DynamoDB's sequence numbers have up to 40 digits, two more than its own number type can keep.
_SEQUENCE_DIGITS = 40
_ATTEMPTS = 8

WEBSOCKET_TYPES = {"run": "workflow_execution", "node": "node_execution", "notification": "notification_sent"}


@dataclass(frozen=True)
class RunFact:
    """One event of a run with its place in the stream."""

    sequence: str
    event: Event

    @property
    def run_room(self) -> str:
        return keys.run_room(self.event.data["run_id"])

    @property
    def rooms(self) -> tuple[str, ...]:
        """A notification is for the room that it names, and is told to no other but the run's."""
        if self.event.type == "notification.sent":
            return tuple(dict.fromkeys((self.run_room, self.event.data["room"])))
        return self.run_room, keys.workflow_room(self.event.data["workflow_id"])

    @property
    def concerns_rooms(self) -> bool:
        """What a run writes besides (values, letters, a tenant's own events) is not for its rooms."""
        return self.event.type.partition(".")[0] in WEBSOCKET_TYPES

    @property
    def position(self) -> str:
        return self.sequence.zfill(_SEQUENCE_DIGITS)


@dataclass
class _Room:
    """A room's counter as it was read, and as it will be."""

    tenant_id: str
    room_id: str
    before: int
    seq: int
    position: str

    def moving(self, table: Table) -> Action:
        unchanged = Attr("seq").eq(self.before) if self.before else Attr("seq").not_exists()
        changed = {"entity": "room", "seq": self.seq, "position": self.position or None}
        return table.updating(keys.room(self.tenant_id, self.room_id), keys.ROOM, set_=changed, when=unchanged)


Numbered = tuple[str, RoomMessage]
"""Tenant and message."""


def number_events(table: Table, facts: list[RunFact]) -> list[Numbered]:
    """Those not seen before, in order, as written to the history of their rooms."""
    numbered: list[Numbered] = []
    for part in _parts([fact for fact in facts if fact.concerns_rooms]):
        numbered += _number_part(table, part)
    return numbered


def _parts(facts: list[RunFact]) -> Iterator[list[RunFact]]:
    """As many as one transaction holds: two messages per event, and each room once."""
    part: list[RunFact] = []
    rooms: set[tuple[str, str]] = set()
    for fact in facts:
        theirs = {(fact.event.tenant_id, room) for room in fact.rooms}
        if part and 2 * (len(part) + 1) + len(rooms | theirs) > TRANSACTION_LIMIT:
            yield part
            part, rooms = [], set()
        part.append(fact)
        rooms |= theirs
    if part:
        yield part


def _number_part(table: Table, facts: list[RunFact]) -> list[Numbered]:
    for attempt in range(_ATTEMPTS):
        rooms = _read_rooms(table, facts)
        numbered = _plan(rooms, facts)
        if not numbered:
            return []
        moved = [room.moving(table) for room in rooms.values() if room.seq > room.before]
        messages = [table.putting(message_item(tenant_id, message)) for tenant_id, message in numbered]
        try:
            table.transact([*moved, *messages])
        except ConditionFailed:
            time.sleep(0.01 * 2**attempt)  # another shard numbered events of the same workflow
            continue
        return numbered
    raise TooMuchContention("Too many writers number events of one workflow; try again.")


_Rooms = dict[tuple[str, str], _Room]


def _read_rooms(table: Table, facts: list[RunFact]) -> _Rooms:
    wanted = dict.fromkeys((fact.event.tenant_id, room) for fact in facts for room in fact.rooms)
    found = table.get_many(((keys.room(*room), keys.ROOM) for room in wanted), consistent=True)
    return {room: _room(*room, found.get((keys.room(*room), keys.ROOM), {})) for room in wanted}


def _room(tenant_id: str, room_id: str, item: Item) -> _Room:
    seq = int(item.get("seq", 0))
    return _Room(tenant_id, room_id, seq, seq, item.get("position", ""))


def _plan(rooms: _Rooms, facts: list[RunFact]) -> list[Numbered]:
    """Moves the counters of ``rooms``; facts that the run's room has taken before are left out."""
    numbered: list[Numbered] = []
    for fact in facts:
        tenant_id = fact.event.tenant_id
        own = rooms[tenant_id, fact.run_room]
        if fact.position <= own.position:
            continue
        own.position = fact.position
        for room_id in fact.rooms:
            room = rooms[tenant_id, room_id]
            room.seq += 1
            numbered.append((tenant_id, _message(fact.event, room_id, room.seq)))
    return numbered


def _message(event: Event, room_id: str, seq: int) -> RoomMessage:
    return RoomMessage(
        event_type=WEBSOCKET_TYPES[event.type.partition(".")[0]],
        room_id=room_id,
        seq=seq,
        event=event.type,
        event_id=event.id,
        data=event.data,
        timestamp=event.occurred_at,
    )
