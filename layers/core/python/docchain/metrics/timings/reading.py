"""Timings of a stretch: hours for up to two days, whole days for more."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from docchain.analytics.sketch import quantile
from docchain.clock import to_iso
from docchain.metrics.errors import TooManyPoints
from docchain.metrics.keys import begin_of, period_of
from docchain.metrics.limits import ITEMS_READ_MOST
from docchain.metrics.timings import keys
from docchain.storage.items import Item
from docchain.storage.table import Table

HOURS_MOST: Final = 90 * 24
_AS_HOURS: Final = 48


@dataclass
class Timing:
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item) -> None:
        self.counts.update({n: v for n, v in item.items() if isinstance(v, int) and n != "expires_at"})

    @property
    def requests(self) -> int:
        return self.counts["count"]

    def share(self, name: str) -> float:
        return round(self.counts[name] / self.requests, 6) if self.requests else 0.0

    @property
    def mean_ms(self) -> float:
        return round(self.counts["us"] / 1000 / self.requests, 3) if self.requests else 0.0

    def percentile(self, share: float) -> float | None:
        buckets = {int(n[1:]): c for n, c in self.counts.items() if n[0] == "b" and n[1:].isdigit()}
        return quantile(buckets, share)


def read_timings(table: Table, tenant_id: str, hours: int) -> tuple[str, dict[str, Timing]]:
    """Where the stretch begins, and route → timing. Raises ``TooManyPoints``."""
    end = datetime.now(UTC)
    period: keys.Period = "hour" if hours <= _AS_HOURS else "day"
    first = period_of(period, to_iso(end - timedelta(hours=hours)))
    last = period_of(period, to_iso(end))
    found: dict[str, Timing] = defaultdict(Timing)
    start, read = None, 0
    while True:
        page = table.query(
            keys.performance(tenant_id), between=(f"{period}#{first}", f"{period}#{last}~"), start_key=start
        )
        read += len(page.items)
        if read > ITEMS_READ_MOST:
            raise TooManyPoints(f"This stretch has more than {ITEMS_READ_MOST} timings; ask for fewer hours.")
        for item in page.items:
            route = item["sk"].split("#", 2)[2].rpartition("#")[0]
            found[route].add(item)
        if (start := page.next_key) is None:
            return begin_of(period, first), dict(found)
