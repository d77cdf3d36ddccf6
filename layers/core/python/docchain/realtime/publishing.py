"""A message for a room: numbered, and kept in the room's history, in one transaction with whatever belongs to it.

The history's stream carries it to the sockets (``fanout``): what is in the history is pushed, whoever dies meanwhile.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from docchain.clock import now
from docchain.errors import PayloadTooLarge
from docchain.ids import new_ulid
from docchain.realtime import keys
from docchain.realtime.history import message_item
from docchain.realtime.models import MESSAGE_BYTES_MOST, RoomMessage
from docchain.realtime.push import to_json
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import encode
from docchain.storage.table import Action, Table

_ATTEMPTS = 10
_OF_THE_ROOM = 0  # position in the transaction of the condition on the room's counter


@dataclass(frozen=True)
class News:
    """``event_type`` is one of the contract's WebSocket events, ``event`` the fact's own name."""

    room_id: str
    event_type: str
    event: str
    data: dict[str, Any]
    event_id: str = field(default_factory=new_ulid)
    timestamp: str = field(default_factory=now)


def check_size(data: dict[str, Any]) -> None:
    """Raises ``PayloadTooLarge``, and ``ValidationFailed`` for what JSON or the table has no word for (NaN)."""
    encode(data)
    if len(to_json(data)) > MESSAGE_BYTES_MOST:
        raise PayloadTooLarge(f"A message may have {MESSAGE_BYTES_MOST // 1024} KB of JSON.")


def publish(
    table: Table,
    tenant_id: str,
    news: News,
    beside: Callable[[RoomMessage], Sequence[Action]] = lambda _: (),
) -> RoomMessage:
    """Two calls. Raises ``ConditionFailed`` when one of ``beside`` (numbered from 0) is not as it should be."""
    for attempt in range(_ATTEMPTS):
        room = table.get(keys.room(tenant_id, news.room_id), keys.ROOM, consistent=True) or {}
        before = int(room.get("seq", 0))
        message = RoomMessage(seq=before + 1, **_fields(news))
        unchanged = Attr("seq").eq(before) if before else Attr("seq").not_exists()
        counting = table.updating(
            keys.room(tenant_id, news.room_id),
            keys.ROOM,
            set_={"entity": "room", "seq": message.seq},
            when=unchanged,
        )
        try:
            table.transact([counting, table.putting(message_item(tenant_id, message)), *beside(message)])
        except ConditionFailed as error:
            if _OF_THE_ROOM not in error.failed:
                raise ConditionFailed([position - 2 for position in error.failed]) from None
            time.sleep(0.01 * 2 ** min(attempt, 5))  # somebody else spoke in this room
            continue
        return message
    raise TooMuchContention("Too many speak in this room at once; try again.")


def _fields(news: News) -> dict[str, Any]:
    return {name: getattr(news, name) for name in ("room_id", "event_type", "event", "event_id", "data", "timestamp")}
