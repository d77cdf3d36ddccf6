"""Finding entries, newest first: by number straight at the place, by user, type or severity over an index.

What no index answers (two conditions at once, a word) is read past: at most 4,000 entries for one answer, which then
says where to go on, though it may have found nothing yet.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from docchain.audit import keys
from docchain.audit.items import to_entry
from docchain.audit.kinds import AuditEventType, Severity
from docchain.audit.models import Entry
from docchain.storage.table import Page, Table

EXAMINED_MOST = 4_000
OFFSET_MOST = 2_000
_PAGE = 1_000


class Wanted(BaseModel):
    """Every condition given must hold. ``first`` and ``last`` are numbers of entries, both included."""

    model_config = ConfigDict(frozen=True)

    user_id: int | None = None
    event_type: AuditEventType | None = None
    severity: Severity | None = None
    text: str | None = None
    first: int = 1
    last: int

    def fits(self, entry: Entry) -> bool:
        return (
            (self.user_id is None or entry.user_id.value == self.user_id)
            and (self.event_type is None or entry.event_type == self.event_type)
            and (self.severity is None or entry.severity == self.severity)
            and (self.text is None or self.text.casefold() in _searched(entry))
        )


@dataclass(frozen=True)
class Found:
    """``before`` goes on behind the last that was looked at; ``None`` at the beginning of the chain.

    ``skipped`` are those that fit and were passed over, ``is_all`` says that nothing fits beyond these.
    """

    entries: list[Entry]
    skipped: int
    before: int | None

    @property
    def is_all(self) -> bool:
        return self.before is None


def search(table: Table, tenant_id: str, wanted: Wanted, *, limit: int, offset: int = 0) -> Found:
    if all(c is None for c in (wanted.user_id, wanted.event_type, wanted.severity, wanted.text)):
        # Numbers have no gaps, so what is passed over need not be read.
        skipped = max(0, min(offset, wanted.last - wanted.first + 1))
        wanted = wanted.model_copy(update={"last": wanted.last - skipped})
        offset = 0
    else:
        skipped = 0
    entries: list[Entry] = []
    examined = 0
    for entry in _walk(table, tenant_id, wanted, limit + offset):
        if examined == EXAMINED_MOST or len(entries) == limit:
            return Found(entries, skipped, entry.seq + 1)
        examined += 1
        if not wanted.fits(entry):
            continue
        if skipped < offset:
            skipped += 1
        else:
            entries.append(entry)
    return Found(entries, skipped, None)


def _walk(table: Table, tenant_id: str, wanted: Wanted, enough: int) -> Iterator[Entry]:
    """Downwards from ``last`` to ``first``. The first page is what the answer needs, and one to see if more follow."""
    below, size = wanted.last + 1, enough + 1
    while below > wanted.first:
        partition = (below - 1) // keys.ENTRIES_PER_PARTITION
        page = _page(table, tenant_id, wanted, below, min(size, _PAGE))
        for item in page.items:
            entry = to_entry(item)
            if entry.seq < wanted.first:
                return
            yield entry
            below = entry.seq
        if page.next_key is None:
            if _index(wanted):
                return
            below = min(below, partition * keys.ENTRIES_PER_PARTITION)
        size = _PAGE


def _page(table: Table, tenant_id: str, wanted: Wanted, below: int, limit: int) -> Page:
    match wanted:
        case Wanted(user_id=int(user_id)):
            pk = keys.of_user(tenant_id, user_id)
        case Wanted(event_type=AuditEventType() as event_type):
            pk = keys.of_type(tenant_id, event_type)
        case Wanted(severity=Severity() as severity):
            pk = keys.of_severity(tenant_id, severity)
        case _:
            pk = keys.entries(tenant_id, below - 1)
    index = _index(wanted)
    if index is None:
        return table.query(pk, after=keys.entry(below), limit=limit, forward=False)
    name, index_keys = index
    return table.query(pk, after=keys.entry(below), limit=limit, forward=False, index=name, index_keys=index_keys)


def _index(wanted: Wanted) -> tuple[str, tuple[str, str]] | None:
    """The one that leaves the fewest to read past."""
    if wanted.user_id is not None:
        return keys.BY_USER
    if wanted.event_type is not None:
        return keys.BY_TYPE
    return keys.BY_SEVERITY if wanted.severity is not None else None


def _searched(entry: Entry) -> str:
    plain = (entry.name, entry.resource_type, entry.resource_id, entry.request_id)
    personal = (entry.username.value, entry.ip_address.value, json.dumps(entry.details.value, ensure_ascii=False))
    return "\n".join(str(part) for part in (*plain, *personal) if part).casefold()
