"""Programs speak in rooms: the message, its number, what the audit hears of it and the answer are one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from docchain.auth.caller import Caller
from docchain.events.models import Event
from docchain.identity.users import UserRepository
from docchain.realtime import keys
from docchain.realtime.access import Registers, thing_of
from docchain.realtime.models import RoomMessage
from docchain.realtime.publishing import News, check_size, publish
from docchain.realtime.push import to_json
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table
from functions.api.ws.schemas import Published

EventType = Literal[
    "system_notification", "workflow_update", "ai_processing", "notification_sent", "security_event", "analytics_update"
]


@dataclass(frozen=True)
class Desk:
    """``guard`` is where a REST door leaves its events; their stream carries them to the bus."""

    realtime: Table
    registers: Registers
    users: UserRepository
    guard: Table


@dataclass(frozen=True)
class Saying:
    room_id: str
    event_type: EventType
    data: dict[str, Any]


def tell(desk: Desk, caller: Caller, saying: Saying, key: IdempotencyKey | None) -> Published:
    """At most four calls. Raises ``RoomNotFound`` and its like for a room of nothing, ``PayloadTooLarge``."""
    check_size(saying.data)
    if key and (earlier := key.earlier_answer(desk.realtime)):
        return Published(**earlier)
    _check_there_is(desk, caller, saying.room_id)
    news = News(saying.room_id, saying.event_type, "message.published", saying.data)
    try:
        message = publish(
            desk.realtime, caller.tenant_id, news, lambda message: _beside(desk, caller, saying, message, key)
        )
    except ConditionFailed:
        if key and (earlier := key.earlier_answer(desk.realtime)):
            return Published(**earlier)
        raise
    return _answer(message)


def _check_there_is(desk: Desk, caller: Caller, room_id: str) -> None:
    """A message to nobody would only be found by whoever gets that number later."""
    thing = thing_of(room_id)
    if thing and thing.kind == "user":
        desk.users.read(caller.tenant_id, int(thing.id))
    elif thing:
        desk.registers.check_there_is(caller.tenant_id, thing)


def _beside(
    desk: Desk, caller: Caller, saying: Saying, message: RoomMessage, key: IdempotencyKey | None
) -> Sequence[Action]:
    """The audit hears who spoke where and how much, and not what."""
    told = Event(
        type="message.published",
        tenant_id=caller.tenant_id,
        subject=f"rooms/{message.room_id}",
        actor=caller.username,
        data={
            "room_id": message.room_id,
            "event_type": message.event_type,
            "seq": message.seq,
            "bytes": len(to_json(saying.data)),
        },
    )
    answer = _answer(message).model_dump(mode="json")
    noted = [key.recording(desk.realtime, answer)] if key else []
    return [*noted, desk.guard.putting(event_item(told))]


def _answer(message: RoomMessage) -> Published:
    return Published(message=_words(message), room_id=message.room_id, seq=message.seq)


def _words(message: RoomMessage) -> str:
    if message.room_id == keys.SYSTEM_ROOM:
        return "Sent to everybody who is connected."
    return f"Sent to room {message.room_id}."
