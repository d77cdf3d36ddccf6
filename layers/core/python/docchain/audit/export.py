"""A stretch of the chain as a file: ``docchain-audit/1`` for programs that check it, CSV for people and tables."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from docchain.audit import keys
from docchain.audit.models import Entry
from docchain.audit.stretch import read_stretch
from docchain.storage.table import Table

FORMAT: Final = "docchain-audit/1"
ENTRIES_MOST: Final = 5_000
BYTES_MOST: Final = 4_000_000
"""Of the stored form in JSON. A function's answer is 6 MB at most, and quoting makes it larger."""
HEADS_MOST: Final = 1_000
COLUMNS: Final = (
    *("seq", "recorded_at", "occurred_at", "name", "event_type", "severity", "user_id", "username"),
    *("resource_type", "resource_id", "ip_address", "user_agent", "session_id", "request_id", "source"),
    *("details", "event_id", "hash", "previous_hash"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Stretch:
    """Entries in their order, without a gap. ``next`` is the number to go on from; ``None`` when all are there."""

    entries: list[Entry]
    next: int | None


def read_bounded(table: Table, tenant_id: str, first: int, last: int) -> Stretch:
    """From ``first`` to ``last``, as many as one file holds."""
    entries: list[Entry] = []
    size = 0
    for entry in read_stretch(table, tenant_id, first - 1, max(0, last - first + 1)):
        if entry.seq > last:
            break
        size += len(entry.model_dump_json().encode())
        if entries and (len(entries) == ENTRIES_MOST or size > BYTES_MOST):
            return Stretch(entries, entry.seq)
        entries.append(entry)
    return Stretch(entries, None)


def heads_between(table: Table, tenant_id: str, first: int, last: int) -> list[Any]:
    """The signed heads that lie over these entries, and the one they go on from, oldest first."""
    found = table.query(
        keys.chain(tenant_id), after=f"tree#{max(0, first - 2):012d}", limit=HEADS_MOST, consistent=True
    )
    heads = [item["head"] for item in found.items if item["entity"] == "tree"]
    return [head for head in heads if head["size"] <= last]


def as_json(tenant_id: str, entries: Iterable[Entry], heads: list[Any], jwks: list[Any]) -> str:
    """The stored form with salts and commitments, and all that is needed to check it without us."""
    file = {
        "format": FORMAT,
        "tenant_id": tenant_id,
        "entries": [entry.model_dump(mode="json") for entry in entries],
        "heads": heads,
        "keys": jwks,
    }
    return json.dumps(file, ensure_ascii=False, separators=(",", ":"))


def as_csv(entries: Iterable[Entry]) -> str:
    """RFC 4180. Nothing in it is a formula, whatever somebody called himself or his browser."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow(_cells(entry))
    return text.getvalue()


def _cells(entry: Entry) -> Iterator[str]:
    values: dict[str, Any] = {
        **entry.model_dump(mode="json"),
        **{field: sealed.value for field, sealed in entry.personal.items()},
        "details": json.dumps(entry.details.value, ensure_ascii=False, sort_keys=True),
    }
    for column in COLUMNS:
        value = values[column]
        yield "" if value is None else _harmless(str(value))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
