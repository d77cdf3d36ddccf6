"""Figures of a stretch of days or hours, read in the order of their keys and merged."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from docchain.analytics.sketch import quantile
from docchain.costs.errors import TooManyFigures
from docchain.costs.money import to_usd
from docchain.storage.items import Item
from docchain.storage.table import Table

ITEMS_MOST = 20_000
"""Days times nodes, or days times workflows; a longer stretch is refused, not cut."""

_BUCKET = re.compile(r"b\d+")


@dataclass
class Figures:
    """Counters merged over any number of items. ``buckets`` are those of ``sketch``."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item) -> None:
        for name, value in item.items():
            if isinstance(value, int) and name != "expires_at":
                self.counts[name] += value

    @property
    def cost_usd(self) -> float:
        return to_usd(self.counts["cost"])

    @property
    def buckets(self) -> dict[int, int]:
        return {int(name[1:]): count for name, count in self.counts.items() if _BUCKET.fullmatch(name)}

    @property
    def mean_ms(self) -> float | None:
        timed = self.counts["timed"]
        return round(self.counts["ms"] / timed, 1) if timed else None

    def percentile(self, share: float) -> float | None:
        return quantile(self.buckets, share)

    def reasons(self) -> list[tuple[str, int]]:
        """Most frequent first."""
        found = [(name[2:], count) for name, count in self.counts.items() if name.startswith("e_")]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def read_between(table: Table, pk: str, first: str, last: str) -> Iterator[Item]:
    """Items whose sort key lies between ``first`` and all that begins with ``last``."""
    start: Item | None = None
    end, read = f"{last}~", 0
    while True:
        page = table.query(pk, after=first, start_key=start)
        for item in page.items:
            if item["sk"] > end:
                return
            read += 1
            if read > ITEMS_MOST:
                raise TooManyFigures(f"This stretch has more than {ITEMS_MOST} figures; ask for fewer days.")
            yield item
        if (start := page.next_key) is None:
            return
