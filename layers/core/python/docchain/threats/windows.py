"""Sliding windows of a rule, as a few buckets of time that are added to and read together.

An event goes into the bucket of its own time, so that the order of arrival does not matter; the write is a member of
the transaction that keeps the event, so that an event counts once however often it comes. A window is exact to a sixth
of its length: it may reach back that much further.
"""

from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import epoch, from_iso
from docchain.events.models import Event
from docchain.storage.table import Action, Table
from docchain.threats import keys
from docchain.threats.rule import Rule

BUCKETS: Final = 6
# A set in an item has a bound: past the threshold, more of the same tells nothing new.
_MEMBERS_MOST = 100


@dataclass(frozen=True)
class Tally:
    count: int
    members: frozenset[str]


@dataclass(frozen=True)
class Windows:
    """Over the table ``guard``. ``owner`` is the tenant, or who stands for all of them."""

    table: Table

    def adding(self, owner: str, rule: Rule, subject: str, event: Event) -> Action:
        step = _step(rule)
        start = int(from_iso(event.occurred_at).timestamp()) // step * step
        member = rule.member(event) if rule.member else None
        add: dict[str, Any] = {"count": 1, **({"members": {member}} if member else {})}
        known = {"entity": "window", "expires_at": start + step * (BUCKETS + 2)}
        return self.table.updating(keys.window(owner, rule.name, subject), _bucket(start), set_=known, add=add)

    def read(self, owner: str, rule: Rule, subject: str) -> Tally:
        """What the last ``rule.minutes`` hold, and up to a sixth more."""
        step = _step(rule)
        oldest = (epoch() // step - BUCKETS) * step
        page = self.table.query(
            keys.window(owner, rule.name, subject), after=_bucket(oldest - 1), limit=BUCKETS + 2, consistent=True
        )
        members = [member for item in page.items for member in item.get("members", [])[:_MEMBERS_MOST]]
        return Tally(sum(item["count"] for item in page.items), frozenset(members))


def reached(rule: Rule, tally: Tally) -> bool:
    return (len(tally.members) if rule.member else tally.count) >= rule.threshold


def _step(rule: Rule) -> int:
    return max(1, rule.minutes * 60 // BUCKETS)


def _bucket(start: int) -> str:
    return f"{start:012d}"
