"""Sliding windows of a rule, as a few buckets of time that are added to and read together.

An event goes into the bucket of its own time and is weighed against what lay around that time, so that neither the
order of arrival nor a delay matters; the write is a member of the transaction that keeps the event, so that an event
counts once however often it comes. A window is exact to a sixth of its length: it may reach that much further.
"""

from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import from_iso
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.items import Item
from docchain.storage.table import Action, Table
from docchain.threats import keys
from docchain.threats.rule import Rule

BUCKETS: Final = 6
# Of a bucket: twice the highest threshold. Past it more of the same tells nothing new, and an item holds 400 KB.
MEMBERS_MOST: Final = 100
# Dead letters live for two weeks: what is redriven then is still weighed against its neighbours.
_KEPT_SECONDS: Final = 15 * 24 * 3600


@dataclass(frozen=True)
class Tally:
    count: int = 0
    members: frozenset[str] = frozenset()

    def size(self, rule: Rule) -> int:
        return len(self.members) if rule.member else self.count


@dataclass(frozen=True)
class Windows:
    """Over the table ``guard``. ``owner`` is the tenant, or who stands for all of them."""

    table: Table

    def adding(self, owner: str, rule: Rule, subject: str, event: Event, *, full: bool = False) -> Action:
        """Fails for a bucket whose set is ``MEMBERS_MOST`` large already; with ``full`` it only counts."""
        start = _start(rule, event)
        known = {"entity": "window", "expires_at": start + 2 * rule.minutes * 60 + _KEPT_SECONDS}
        member = rule.member(event) if rule.member else None
        add: dict[str, Any] = {"count": 1}
        room = None
        if member and not full:
            add["members"] = {_of(owner, event, member)}
            room = Attr("members").not_exists() | Attr("members").size().lt(MEMBERS_MOST)
        return self.table.updating(
            keys.window(owner, rule.name, subject), _bucket(start), set_=known, add=add, when=room
        )

    def read(self, owner: str, rule: Rule, subject: str, event: Event) -> Tally:
        """The fullest of the windows that the event lies in."""
        step, middle = _step(rule), _start(rule, event)
        page = self.table.query(
            keys.window(owner, rule.name, subject),
            after=_bucket(middle - step * BUCKETS - 1),
            limit=2 * BUCKETS + 1,
            consistent=True,
        )
        buckets = {int(item["sk"]): item for item in page.items}
        starts = (middle - step * back for back in range(BUCKETS + 1))
        tallies = [_tally([buckets[at] for n in range(BUCKETS + 1) if (at := s + step * n) in buckets]) for s in starts]
        return max(tallies, key=lambda tally: tally.size(rule))


def reached(rule: Rule, tally: Tally) -> bool:
    return tally.size(rule) >= rule.threshold


def _tally(items: list[Item]) -> Tally:
    members = (member for item in items for member in item.get("members", []))
    return Tally(sum(item["count"] for item in items), frozenset(members))


def _of(owner: str, event: Event, member: str) -> str:
    """User 3 of one tenant is not user 3 of another."""
    return member if owner == event.tenant_id else f"{event.tenant_id}/{member}"


def _start(rule: Rule, event: Event) -> int:
    step = _step(rule)
    return int(from_iso(event.occurred_at).timestamp()) // step * step


def _step(rule: Rule) -> int:
    return max(1, rule.minutes * 60 // BUCKETS)


def _bucket(start: int) -> str:
    return f"{start:012d}"
