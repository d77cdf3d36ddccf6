"""Which series a tenant has, with their totals: one partition, in the order of names, at most 2,000 cards."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from docchain.metrics import keys
from docchain.metrics.errors import TooManyPoints
from docchain.metrics.limits import ITEMS_READ_MOST
from docchain.metrics.models import MetricCategory, MetricType, Series
from docchain.metrics.rollups import Rollup
from docchain.storage.items import Item
from docchain.storage.table import Table


@dataclass(frozen=True)
class Filter:
    """``None`` is any."""

    type: MetricType | None = None
    category: MetricCategory | None = None

    def takes(self, series: Series) -> bool:
        return self.type in (None, series.type) and self.category in (None, series.category)


@dataclass
class Card:
    """``total`` is of all since the series was ``born``; ``key`` is what its rollups lie under."""

    series: Series
    key: str
    born: str
    total: Rollup = field(default_factory=Rollup)


def read_cards(table: Table, tenant_id: str, *, name: str | None = None, wanted: Filter | None = None) -> list[Card]:
    """Of one name, or of all. A total that has no card belongs to a metric that was deleted."""
    cards: dict[tuple[str, str], Card] = {}
    for item in _items(table, keys.catalogue(tenant_id), f"{name}#" if name else ""):
        name_of, series_of, *rest = item["sk"].split("#")
        key = name_of, series_of
        if item["entity"] == "series":
            series = Series.of(item["name"], item["type"], item["category"], item["labels"])
            if wanted is None or wanted.takes(series):
                cards[key] = Card(series, item["key"], item["born"])
        elif key in cards and rest[0] == cards[key].key:
            cards[key].total.add(item)
    return list(cards.values())


def _items(table: Table, pk: str, prefix: str) -> Iterator[Item]:
    start: Item | None = None
    read = 0
    while True:
        page = table.query(pk, prefix=prefix, start_key=start)
        read += len(page.items)
        if read > ITEMS_READ_MOST:
            raise TooManyPoints(f"The tenant has more than {ITEMS_READ_MOST} totals; ask for one name.")
        yield from page.items
        if (start := page.next_key) is None:
            return
