"""New messages of rooms become orders: each room's members in groups, each group's messages in parts that SQS takes.

The members are read after the message is in the history: who joined before that is pushed to, who joins later reads it
there; nobody falls between.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from docchain.realtime.counters import Tally
from docchain.realtime.fanout.orders import FanoutOrder, Listener, group_of, name_of_part
from docchain.realtime.messages import pushable
from docchain.realtime.models import RoomMessage
from docchain.realtime.push import Message, to_json
from docchain.realtime.rooms import RoomRepository

# Together less than the 256 KB of a message of the queue.
MESSAGES_BYTES_MOST: Final = 150_000
LISTENERS_BYTES_MOST: Final = 80_000
# Ten orders are one batch, whose function has half a minute: what it does not end comes again from the beginning.
PUSHES_MOST: Final = 250

T = TypeVar("T")
Room = tuple[str, str]
"""Tenant and room."""


def spread(rooms: RoomRepository, news: list[tuple[str, RoomMessage]], tally: Tally) -> list[FanoutOrder]:
    """``news`` are tenant and message, those of a room in the order of their numbers."""
    by_room: dict[Room, list[Message]] = defaultdict(list)
    for tenant_id, message in news:
        by_room[tenant_id, message.room_id].append(pushable(message))
    return [
        order
        for tenant_id in dict.fromkeys(tenant_id for tenant_id, _ in by_room)
        for order in _of_tenant(rooms, tenant_id, by_room, tally)
    ]


def _of_tenant(
    rooms: RoomRepository, tenant_id: str, by_room: dict[Room, list[Message]], tally: Tally
) -> Iterator[FanoutOrder]:
    told = [room_id for owner, room_id in by_room if owner == tenant_id]
    for room in rooms.read_many(tenant_id, told):
        if room.members == 0:
            continue
        messages = by_room[tenant_id, room.room_id]
        tally.events_broadcasted += len(messages)
        groups: dict[int, list[Listener]] = defaultdict(list)
        for member in rooms.read_members(tenant_id, room.room_id):
            groups[group_of(member.connection)].append(Listener(connection=member.connection, events=member.events))
        for group, listeners in sorted(groups.items()):
            yield from _of_group(tenant_id, room.room_id, group, listeners, messages)


def _of_group(
    tenant_id: str, room_id: str, group: int, listeners: list[Listener], messages: list[Message]
) -> Iterator[FanoutOrder]:
    """Whoever listens is in one part, whose messages follow each other."""
    parts = list(_split(listeners, lambda one: len(one.model_dump_json()), LISTENERS_BYTES_MOST))
    for some in parts:
        for told_now in _told_at_once(messages, len(some)):
            yield FanoutOrder(
                tenant_id=tenant_id,
                room_id=room_id,
                group=group,
                part=name_of_part(some) if len(parts) > 1 else 0,
                messages=told_now,
                listeners=some,
            )


def _told_at_once(messages: list[Message], listeners: int) -> Iterator[list[Message]]:
    least = MESSAGES_BYTES_MOST * listeners // PUSHES_MOST
    return _split(messages, lambda message: max(len(to_json(message)), least), MESSAGES_BYTES_MOST)


def _split(things: list[T], weigh: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """In order, each part as heavy as it may be and never empty."""
    part: list[T] = []
    total = 0
    for thing in things:
        weight = weigh(thing)
        if part and total + weight > most:
            yield part
            part, total = [], 0
        part.append(thing)
        total += weight
    if part:
        yield part
