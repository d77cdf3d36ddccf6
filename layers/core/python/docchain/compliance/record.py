"""What is on the record in a time: figures from counters, and the changes and logins themselves in bounded lists."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from docchain.audit.figures import Tally, numbers_between, read_figures
from docchain.audit.kinds import AuditEventType, Severity
from docchain.audit.models import Entry
from docchain.audit.stretch import read_stretch
from docchain.compliance.models import Asked
from docchain.storage.table import Table

ENTRIES_MOST: Final = 10_000
"""Entries that are looked at for one report; figures are of all."""
ROWS_MOST: Final = 500
_TOP: Final = 20
_T = AuditEventType
CHANGES: Final = frozenset(
    (
        *(_T.USER_CREATED, _T.USER_UPDATED, _T.USER_DELETED, _T.CONFIGURATION_CHANGE, _T.DATA_MODIFICATION),
        *(_T.WORKFLOW_CREATED, _T.WORKFLOW_UPDATED, _T.WORKFLOW_DELETED),
        *(_T.NODE_ADDED, _T.NODE_UPDATED, _T.NODE_DELETED),
    )
)
FAILED_LOGIN: Final = "user.login_failed"
LOCKED: Final = "login.locked"


@dataclass
class Seen:
    """What a walk along the entries gathers."""

    examined: int = 0
    changes: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    failures: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)
    by_address: Counter[str] = field(default_factory=Counter)
    locked: int = 0
    logged_in: int = 0

    def take(self, entry: Entry) -> None:
        self.examined += 1
        self.locked += entry.name == LOCKED
        self.logged_in += entry.name == "user.logged_in"
        if entry.event_type in CHANGES:
            self.changes += 1
            if len(self.rows) < ROWS_MOST:
                self.rows.append(_row(entry))
        if entry.name == FAILED_LOGIN:
            self.failures += 1
            self.by_address[str(entry.ip_address.value or "unknown")] += 1
            if len(self.failed) < ROWS_MOST:
                self.failed.append(_row(entry))


def read_record(audit: Table, tenant_id: str, asked: Asked, entries: int) -> dict[str, Any]:
    """``entries``: how many the signed head covers; none behind it is told of."""
    first, last = numbers_between(audit, tenant_id, asked.start_date, asked.end_date, entries)
    last = min(last, entries)
    seen = Seen()
    if asked.with_changes or asked.with_logins:
        _walk(seen, read_stretch(audit, tenant_id, first - 1, min(ENTRIES_MOST, max(0, last - first + 1))))
    told: dict[str, Any] = {
        "entries": {"first": first, "last": last, "examined": seen.examined} if last >= first else None,
        "figures": _figures(audit, tenant_id, asked),
    }
    complete = seen.examined >= last - first + 1
    if asked.with_changes:
        told["changes"] = {"count": seen.changes, "rows": seen.rows, "complete": complete and seen.changes <= ROWS_MOST}
    if asked.with_logins:
        told["logins"] = {
            "successful": seen.logged_in,
            "failed": seen.failures,
            "lockouts": seen.locked,
            "failed_by_address": dict(seen.by_address.most_common(_TOP)),
            "rows": seen.failed,
            "complete": complete and seen.failures <= ROWS_MOST,
        }
    return told


def _walk(seen: Seen, entries: Iterable[Entry]) -> None:
    for entry in entries:
        seen.take(entry)


def _figures(audit: Table, tenant_id: str, asked: Asked) -> dict[str, Any]:
    figures = read_figures(audit, tenant_id, asked.start_date)
    days = [day for day in figures.days if asked.start_date.isoformat() <= day.date <= asked.end_date.isoformat()]
    tally = sum((day.tally for day in days), Tally())
    grave = tally.by_severity.get(Severity.HIGH, 0) + tally.by_severity.get(Severity.CRITICAL, 0)
    return {"total": tally.total, "by_type": tally.by_type, "by_severity": tally.by_severity, "high_or_critical": grave}


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "entry": f"audit_{entry.seq}",
        "at": entry.occurred_at,
        "name": entry.name,
        "severity": str(entry.severity),
        "actor": entry.username.value,
        "ip_address": entry.ip_address.value,
        "resource": "/".join(filter(None, (entry.resource_type, entry.resource_id))) or None,
        "erased": entry.is_erased,
    }
