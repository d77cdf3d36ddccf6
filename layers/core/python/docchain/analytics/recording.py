"""Events into figures, each once: what they add and the note that they were counted are one transaction."""

from collections.abc import Iterator

from docchain.analytics import keys
from docchain.analytics.tally import COUNTED, increments_of
from docchain.clock import epoch
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.table import TRANSACTION_LIMIT, Action, Table

EVENTS_AT_ONCE = 40


def record(table: Table, tenant_id: str, events: list[Event]) -> int:
    """All of one tenant. Returns how many counted; those that had counted before change nothing."""
    fresh = list({event.id: event for event in events if event.type in COUNTED}.values())
    return sum(_record_some(table, tenant_id, some) for some in _fitting(fresh))


def _fitting(events: list[Event]) -> Iterator[list[Event]]:
    """Pieces whose notes and figures fit into a transaction."""
    piece: list[Event] = []
    for event in events:
        longer = [*piece, event]
        full = len(longer) > EVENTS_AT_ONCE or len(longer) + len(increments_of(longer)) > TRANSACTION_LIMIT
        if piece and full:
            yield piece
            longer = [event]
        piece = longer
    if piece:
        yield piece


def _record_some(table: Table, tenant_id: str, events: list[Event]) -> int:
    while events:
        try:
            table.transact([*_noting(table, tenant_id, events), *_adding(table, events)])
        except ConditionFailed as failed:
            counted = set(failed.failed)
            events = [event for position, event in enumerate(events) if position not in counted]
        else:
            break
    return len(events)


def _noting(table: Table, tenant_id: str, events: list[Event]) -> list[Action]:
    until = epoch() + keys.SEEN_KEPT_SECONDS
    notes = []
    for event in events:
        pk, sk = keys.seen(tenant_id, event.id)
        item = {"pk": pk, "sk": sk, "entity": "seen", "expires_at": until}
        notes.append(table.putting(item, when=Attr("pk").not_exists()))
    return notes


def _adding(table: Table, events: list[Event]) -> list[Action]:
    return [
        table.updating(pk, sk, set_={"entity": "figures", "expires_at": keys.expiry(sk)}, add=dict(counts))
        for (pk, sk), counts in sorted(increments_of(events).items())
    ]
