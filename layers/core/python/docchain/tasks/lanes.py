"""A lane is one tenant's part of one pool: its counters, whether it is open, and which task of it is next.

Between tenants the lane that was served longest ago is next, so a tenant with one task never waits behind another's
thousand. Within a tenant the next task's priority is drawn by weight among those that wait: low is never starved.
"""

import random
from dataclasses import dataclass
from typing import Final

from docchain.storage.conditions import Attr, Condition
from docchain.storage.items import Item
from docchain.tasks.limits import OPEN_MOST
from docchain.tasks.models import Priority

WEIGHTS: Final = {Priority.CRITICAL: 8, Priority.HIGH: 4, Priority.NORMAL: 2, Priority.LOW: 1}
NEVER_SERVED: Final = "0"
# One transaction creates at most a chunk of tasks, so a lane may go over its limit by one chunk and no more.
LIMIT_OF_OPEN: Final = OPEN_MOST


def places_of_tenant(workers: int) -> int:
    """A quarter of the workers, and at least one, is left to the others."""
    return max(1, workers - max(1, workers // 4))


def places_of_priority(priority: Priority, workers: int) -> int:
    """Half of a tenant's places are closed to low."""
    most = places_open_to(priority, workers)
    return max(1, places_of_tenant(workers) // 2) if priority == Priority.LOW else most


def places_open_to(priority: Priority, workers: int) -> int:
    """Beside whatever works there already: the last of a tenant's places is for high and critical."""
    most = places_of_tenant(workers)
    return most if priority in (Priority.CRITICAL, Priority.HIGH) else max(1, most - 1)


@dataclass(frozen=True)
class Lane:
    tenant_id: str
    pool: str
    counts: dict[str, int]
    paused: bool

    @classmethod
    def of(cls, item: Item) -> "Lane":
        tenant_id, _, _ = item["pk"].rpartition("#")
        counts = {name: value for name, value in item.items() if isinstance(value, int) and not isinstance(value, bool)}
        return cls(tenant_id, item["sk"].removeprefix("lane#"), counts, bool(item.get("paused")))

    def count(self, name: str) -> int:
        return max(0, self.counts.get(name, 0))

    @property
    def waiting(self) -> int:
        return sum(self.count(f"waiting_{priority}") for priority in Priority)

    def is_full(self, workers: int) -> bool:
        return self.count("working") >= places_of_tenant(workers)

    def next_priorities(self, workers: int, chance: random.Random) -> list[Priority]:
        """In the order in which to try; none when nothing of it may begin."""
        if self.paused or self.is_full(workers):
            return []
        able = [
            priority
            for priority in Priority
            if self.count(f"waiting_{priority}")
            and self.count("working") < places_open_to(priority, workers)
            and self.count(f"working_{priority}") < places_of_priority(priority, workers)
        ]
        # Of each an exponential time with its weight as rate: the first is drawn by weight, and so are the rest.
        return sorted(able, key=lambda priority: chance.expovariate(WEIGHTS[priority]))


def may_begin(priority: Priority, workers: int) -> Condition:
    """Of the lane, at the very moment of a claim."""
    return (
        Attr("paused").not_exists()
        & _fewer("working", places_open_to(priority, workers))
        & _fewer(f"working_{priority}", places_of_priority(priority, workers))
    )


def is_idle() -> Condition:
    """Nothing waits in it: it may leave the list of lanes."""
    condition = _fewer("waiting_critical", 1)
    for priority in (Priority.HIGH, Priority.NORMAL, Priority.LOW):
        condition = condition & _fewer(f"waiting_{priority}", 1)
    return condition


def is_stopped() -> Condition:
    """Nothing of it may begin; whoever starts the service puts it into the list again."""
    return Attr("paused").exists()


def is_busy(workers: int) -> Condition:
    """All its places are taken; whoever leaves one puts it into the list again."""
    return Attr("working").gte(places_of_tenant(workers))


def _fewer(name: str, than: int) -> Condition:
    return Attr(name).not_exists() | Attr(name).lt(than)
