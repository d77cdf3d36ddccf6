"""What the counters say: of a whole chain, of its days, of its users."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from docchain.audit import keys
from docchain.storage.items import Item
from docchain.storage.table import Table

DAYS_MOST = 366
USERS_MOST = 1_000
_TYPE = "type_"
_SEVERITY = "severity_"


@dataclass(frozen=True)
class Tally:
    total: int = 0
    by_type: dict[str, int] = field(default_factory=dict)
    by_severity: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.total + other.total,
            _sum(self.by_type, other.by_type),
            _sum(self.by_severity, other.by_severity),
        )


@dataclass(frozen=True)
class Day:
    """``first_seq`` is the day's first entry in the chain."""

    date: str
    first_seq: int
    tally: Tally


@dataclass(frozen=True)
class Figures:
    """``days`` oldest first; days without entries are not among them. ``users``: the first thousand, by id."""

    total: Tally
    days: list[Day]
    users: dict[int, int]

    def since(self, day: date) -> Tally:
        return sum((d.tally for d in self.days if d.date >= day.isoformat()), Tally())


def read_figures(table: Table, tenant_id: str, since: date) -> Figures:
    """One query and no scan: days sort before the totals, and those before the users."""
    before = keys.day((since - timedelta(days=1)).isoformat())
    most = DAYS_MOST + 1 + USERS_MOST
    items = table.query(keys.counts(tenant_id), after=before, limit=most).items
    days = [_day(i) for i in items if i["sk"].startswith(keys.DAY_PREFIX)]
    totals = [i for i in items if i["sk"] == keys.TOTALS]
    users = [i for i in items if i["sk"].startswith(keys.USER_PREFIX)][:USERS_MOST]
    return Figures(_tally(totals[0]) if totals else Tally(), days, {i["user_id"]: i["total"] for i in users})


def numbers_between(table: Table, tenant_id: str, start: date | None, end: date | None, newest: int) -> tuple[int, int]:
    """First and last entry recorded on these days, both included; none when the first is behind the last.

    Numbers grow with time, so a day is where its first entry is: one read for each end.
    """
    first = _first_behind(table, tenant_id, start - timedelta(days=1), newest) if start else 1
    last = _first_behind(table, tenant_id, end, newest) - 1 if end else newest
    return first, last


def _first_behind(table: Table, tenant_id: str, day: date, newest: int) -> int:
    items = table.query(keys.counts(tenant_id), after=keys.day(day.isoformat()), limit=1, consistent=True).items
    return int(items[0]["first_seq"]) if items and items[0]["sk"].startswith(keys.DAY_PREFIX) else newest + 1


def _day(item: Item) -> Day:
    return Day(item["date"], item["first_seq"], _tally(item))


def _tally(item: Item) -> Tally:
    return Tally(item["total"], _named(item, _TYPE), _named(item, _SEVERITY))


def _named(item: Item, prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): count for name, count in sorted(item.items()) if name.startswith(prefix)}


def _sum(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted(one.keys() | other.keys())}
