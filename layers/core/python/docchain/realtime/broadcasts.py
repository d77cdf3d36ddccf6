"""One message to everybody in a room. The members are read after the message is in the history: who joined before
that is pushed to, who joins later reads it there; nobody falls between."""

from collections import defaultdict

from docchain.observability import logger
from docchain.realtime import keys, messages
from docchain.realtime.counters import Tally
from docchain.realtime.models import Connection, RoomMessage
from docchain.realtime.push import Message, deliver
from docchain.realtime.switchboard import Switchboard


def broadcast(board: Switchboard, tenant_id: str, news: list[RoomMessage], tally: Tally) -> list[str]:
    """The connections that API Gateway said are gone."""
    by_room: dict[str, list[Message]] = defaultdict(list)
    for message in news:
        by_room[message.room_id].append(message.model_dump(mode="json"))
    outgoing: dict[str, list[Message]] = defaultdict(list)
    for room in board.rooms.read_many(tenant_id, list(by_room)):
        if room.members == 0:
            continue
        tally.events_broadcasted += len(by_room[room.room_id])
        for member in board.rooms.read_members(tenant_id, room.room_id):
            outgoing[member.connection] += by_room[room.room_id]
    delivery = deliver(board.push, outgoing)
    tally.messages_sent += delivery.sent
    if delivery.failed:
        logger.warning("messages not delivered", extra={"tenant": tenant_id, "connections": delivery.failed})
    return delivery.gone


def announce(board: Switchboard, kind: messages.MoveKind, mover: Connection, room_id: str, tally: Tally) -> None:
    """``user_joined_room`` or ``user_left_room``, to the others. Not in ``system``: everybody passes through it, and
    each of n would hear of n. Whoever is gone is found by the next event or by age."""
    if room_id == keys.SYSTEM_ROOM:
        return
    message = messages.moved(kind, room_id, mover)
    others = [m for m in board.rooms.read_members(mover.tenant_id, room_id) if m.connection != mover.connection]
    tally.messages_sent += deliver(board.push, {m.connection: [message] for m in others}).sent
