"""One event, told once in each room that it concerns, however often the bus delivers it."""

from functools import partial

from docchain.clock import epoch
from docchain.events.models import Event
from docchain.realtime import keys
from docchain.realtime.bus_rooms import TOLD_IN, rooms_of, told_of
from docchain.realtime.models import RoomMessage
from docchain.realtime.publishing import News, publish
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.table import Action, Table

# The bus and its queue deliver again for hours, not for days.
_REMEMBERED_SECONDS = 3 * 24 * 3600


def tell_rooms(fact: Event, realtime: Table) -> None:
    for room_id in rooms_of(fact):
        event_type, _ = TOLD_IN[fact.type]
        news = News(room_id, event_type, fact.type, told_of(fact), fact.id, fact.occurred_at)
        try:
            publish(realtime, fact.tenant_id, news, partial(_noting, realtime, fact, room_id))
        except ConditionFailed:
            continue  # it was told here before


def _noting(realtime: Table, fact: Event, room_id: str, _: RoomMessage) -> list[Action]:
    place = {"pk": keys.room(fact.tenant_id, room_id), "sk": keys.told(fact.id)}
    note = {**place, "entity": "told", "expires_at": epoch() + _REMEMBERED_SECONDS}
    return [realtime.putting(note, when=Attr("pk").not_exists())]
