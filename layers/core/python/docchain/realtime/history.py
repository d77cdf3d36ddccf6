"""A room's history: what REST and ``since`` read, and what pushes are only an echo of."""

from docchain.clock import epoch
from docchain.realtime import keys
from docchain.realtime.models import RoomMessage
from docchain.storage.items import Item
from docchain.storage.table import Table

KEPT_SECONDS = 30 * 24 * 3600
READ_MOST = 1000


def read_history(table: Table, tenant_id: str, room: str, after: int, limit: int) -> list[RoomMessage]:
    """Messages with ``seq > after`` in order, at most ``limit``; empty for a room that nothing happened in."""
    pk, messages = keys.room(tenant_id, room), list[RoomMessage]()
    start_key: Item | None = None
    while len(messages) < limit:
        page = table.query(
            pk, between=keys.histories(after), limit=limit - len(messages), start_key=start_key, consistent=True
        )
        messages += [RoomMessage.model_validate(item) for item in page.items]
        if page.next_key is None:
            break
        start_key = page.next_key
    return messages


def is_whole(found: list[RoomMessage], after: int, latest: int) -> bool:
    """Whether nothing between ``after`` and what was found has been forgotten meanwhile.

    Nor is it whole behind a number that the room has not come to: the table was restored, or the number is of another.
    """
    return found[0].seq == after + 1 if found else latest == after


def message_item(tenant_id: str, message: RoomMessage) -> Item:
    return {
        "pk": keys.room(tenant_id, message.room_id),
        "sk": keys.history(message.seq),
        "entity": "message",
        **message.model_dump(mode="json"),
        "expires_at": epoch() + KEPT_SECONDS,
    }
