"""A page of the audit: which numbers are asked for, what was found, and how much there is of it."""

from dataclasses import dataclass

from docchain.audit import keys
from docchain.audit.errors import EntryNotFound
from docchain.audit.figures import numbers_between
from docchain.audit.items import to_entry
from docchain.audit.models import Entry
from docchain.audit.searching import Found, Wanted, search
from docchain.auth.caller import Caller
from docchain.errors import Forbidden
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.storage.items import Item
from docchain.storage.table import Table
from functions.api.audit.schemas.entries import LogsQuery


@dataclass(frozen=True)
class Logs:
    entries: list[Entry]
    total: int
    is_exact: bool
    has_more: bool
    cursor: str | None


def read_logs(audit: Table, tenant_id: str, asked: LogsQuery) -> Logs:
    """Newest first. One read of counters, one for each end of a time, and one or more of entries."""
    scope = f"audit/{tenant_id}"
    start = from_cursor(asked.cursor, scope)
    counted = _counters(audit, tenant_id, asked)
    newest = counted[keys.TOTALS]["total"] if keys.TOTALS in counted else 0
    first, last = numbers_between(audit, tenant_id, asked.start_date, asked.end_date, newest)
    wanted = Wanted(
        user_id=asked.user_id,
        event_type=asked.event_type,
        severity=asked.severity,
        text=asked.q,
        first=first,
        last=min(last, start["before"] - 1) if start else last,
    )
    found = search(audit, tenant_id, wanted, limit=asked.limit, offset=0 if start else asked.offset)
    total, is_exact = _total(asked, found, counted, max(0, last - first + 1))
    cursor = to_cursor(None if found.before is None else {"before": found.before}, scope)
    return Logs(found.entries, total, is_exact, not found.is_all, cursor)


def read_entry(audit: Table, tenant_id: str, seq: int) -> Entry:
    item = audit.get(keys.entries(tenant_id, seq), keys.entry(seq), consistent=True)
    if item is None:
        raise EntryNotFound(seq)
    return to_entry(item)


def check_may_read_user(caller: Caller, user_id: int) -> None:
    if caller.user_id != user_id and not caller.may("audit:read"):
        raise Forbidden("This needs the scope audit:read.", details={"scope": "audit:read"})


def _counters(audit: Table, tenant_id: str, asked: LogsQuery) -> dict[str, Item]:
    pk = keys.counts(tenant_id)
    wanted = [keys.TOTALS, *([keys.user(asked.user_id)] if asked.user_id is not None else [])]
    found = audit.get_many([(pk, sk) for sk in wanted], consistent=True)
    return {sk: item for (_, sk), item in found.items()}


def _total(asked: LogsQuery, found: Found, counted: dict[str, Item], in_time: int) -> tuple[int, bool]:
    conditions = [asked.user_id, asked.event_type, asked.severity, asked.q]
    given = [c for c in conditions if c is not None]
    if not given:
        return in_time, True
    if len(given) == 1 and asked.start_date is asked.end_date is None and asked.q is None:
        return _counted(asked, counted), True
    return found.skipped + len(found.entries), found.is_all and asked.cursor is None


def _counted(asked: LogsQuery, counted: dict[str, Item]) -> int:
    if asked.user_id is not None:
        return int(counted.get(keys.user(asked.user_id), {}).get("total", 0))
    name = f"type_{asked.event_type}" if asked.event_type else f"severity_{asked.severity}"
    return int(counted.get(keys.TOTALS, {}).get(name, 0))
