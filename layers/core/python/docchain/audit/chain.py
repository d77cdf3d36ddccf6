"""Writing the chain: events in, entries out, each event once, whatever arrives twice, late or in between.

One transaction moves a chain by one chunk: its entries, a note per event that it has been seen, the counters, and the
head, which must still be where it was read. Whoever comes second fails as a whole, reads again and goes on behind.
A transaction has at most 100 items: two for each entry, one for each user, and four besides (head, two counters, and
the note that there is a chain). So a chunk is 48 entries of nobody, 47 of one user, or 32 of as many users.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from docchain.audit import keys
from docchain.audit.counting import counting
from docchain.audit.errors import ChainContended
from docchain.audit.hashing import GENESIS
from docchain.audit.items import to_item
from docchain.audit.kinds import is_kept
from docchain.audit.models import Entry, Head
from docchain.audit.sealing import acting_user, seal
from docchain.clock import epoch, now, sleep_between
from docchain.events.models import Event
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.table import TRANSACTION_LIMIT, Action, Table

# A message can come again for 4 days from the queue, and for 14 more once it was redriven from the dead letters.
SEEN_SECONDS = 30 * 24 * 3600
ATTEMPTS_MOST = 8
_BESIDES = 4
_CHUNK_BYTES_MOST = 1_500_000
"""DynamoDB takes 4 MB; sealing and the names of attributes add to what an event has."""


@dataclass(frozen=True)
class Chain:
    table: Table

    def head(self, tenant_id: str) -> Head:
        return to_head(self.table.get(keys.chain(tenant_id), keys.HEAD, consistent=True))

    def append(self, tenant_id: str, events: list[Event]) -> int:
        """How many entries were new. Raises ``ChainContended`` when others were faster eight times."""
        kept = {e.id: e for e in events if is_kept(e.type)}
        ordered = [kept[event_id] for event_id in sorted(kept)]
        return sum(self._append_chunk(tenant_id, chunk) for chunk in chunks(ordered))

    def _append_chunk(self, tenant_id: str, events: list[Event]) -> int:
        for attempt in range(ATTEMPTS_MOST):
            head, new = self._read(tenant_id, events)
            if not new:
                return 0
            try:
                self.table.transact(self._moving(head, _sealed(new, head)))
            except (ConditionFailed, TooMuchContention):
                sleep_between(0.005 * 2**attempt, 0.01 * 2**attempt)
            else:
                return len(new)
        raise ChainContended("Too many writers at one chain; the events come again.")

    def _read(self, tenant_id: str, events: list[Event]) -> tuple[Head, list[Event]]:
        """The head, and the events that have no entry yet: one read."""
        at = (keys.chain(tenant_id), keys.HEAD)
        seen = keys.seen(tenant_id)
        found = self.table.get_many([at, *((seen, e.id) for e in events)], consistent=True)
        return to_head(found.get(at)), [e for e in events if (seen, e.id) not in found]

    def _moving(self, head: Head, entries: list[Entry]) -> list[Action]:
        last = entries[-1]
        tenant_id = last.tenant_id
        moved = {"entity": "head", "seq": last.seq, "hash": last.hash, "recorded_at": last.recorded_at}
        actions = [
            self.table.updating(keys.chain(tenant_id), keys.HEAD, set_=moved, when=_unmoved(head)),
            *counting(self.table, tenant_id, entries, head),
        ]
        for entry in entries:
            actions.append(self.table.putting(to_item(entry), when=Attr("pk").not_exists()))
            actions.append(self.table.putting(_seen(entry), when=Attr("pk").not_exists()))
        if head.seq == 0:
            actions.append(self.table.putting({"pk": keys.CHAINS, "sk": tenant_id, "entity": "chain"}))
        return actions


def chunks(events: list[Event]) -> Iterator[list[Event]]:
    """In their order, each as large as one transaction takes."""
    chunk: list[Event] = []
    users: set[int] = set()
    size = 0
    for event in events:
        user = acting_user(event)
        with_it = users | ({user} if user is not None else set())
        weight = len(event.model_dump_json())
        items = 2 * (len(chunk) + 1) + len(with_it) + _BESIDES
        if chunk and (items > TRANSACTION_LIMIT or size + weight > _CHUNK_BYTES_MOST):
            yield chunk
            chunk, with_it, size = [], {user} if user is not None else set(), 0
        chunk.append(event)
        users, size = with_it, size + weight
    if chunk:
        yield chunk


def to_head(item: Item | None) -> Head:
    return Head(seq=item["seq"], hash=item["hash"], recorded_at=item["recorded_at"]) if item else Head()


def _sealed(events: list[Event], head: Head) -> list[Entry]:
    # Never before the last: clocks of two functions differ, and days must be ranges of the chain.
    moment = max(now(), head.recorded_at)
    entries: list[Entry] = []
    for event in events:
        entry = seal(event, head, moment)
        head = Head(seq=entry.seq, hash=entry.hash, recorded_at=moment)
        entries.append(entry)
    return entries


def _unmoved(head: Head) -> Condition:
    if head.hash == GENESIS:
        return Attr("pk").not_exists()
    return Attr("seq").eq(head.seq) & Attr("hash").eq(head.hash)


def _seen(entry: Entry) -> Item:
    return {
        "pk": keys.seen(entry.tenant_id),
        "sk": entry.event_id,
        "entity": "seen",
        "seq": entry.seq,
        "expires_at": epoch() + SEEN_SECONDS,
    }
