"""Points and summaries of one name: a query per resolution, of no more than the stretch has periods and series."""

from collections.abc import Iterator
from dataclasses import dataclass

from docchain.metrics import keys
from docchain.metrics.catalogue import Card, Filter, read_cards
from docchain.metrics.errors import MetricNotFound, TooManyPoints
from docchain.metrics.keys import LANES, Resolution, begin_of
from docchain.metrics.limits import ITEMS_READ_MOST
from docchain.metrics.models import Series
from docchain.metrics.rollups import Rollup
from docchain.metrics.stretches import Stretch, stretches_of
from docchain.storage.items import Item
from docchain.storage.table import Table


@dataclass(frozen=True)
class Point:
    """A series over one period; ``at`` is the period's beginning."""

    series: Series
    rollup: Rollup
    resolution: Resolution
    at: str


@dataclass(frozen=True)
class Points:
    points: list[Point]
    next_key: Item | None


def cards_of(table: Table, tenant_id: str, name: str, wanted: Filter) -> list[Card]:
    """Raises ``MetricNotFound``."""
    cards = read_cards(table, tenant_id, name=name, wanted=wanted)
    if not cards:
        raise MetricNotFound(name)
    return cards


def read_points(
    table: Table,
    tenant_id: str,
    name: str,
    wanted: Filter,
    *,
    resolution: Resolution,
    limit: int,
    start_key: Item | None = None,
) -> Points:
    """Newest first. Lanes of one point lie beside each other, so a page ends where a point does."""
    cards = {card.key: card for card in cards_of(table, tenant_id, name, wanted)}
    points: list[Point] = []
    at: tuple[str, str] | None = None
    read, start, pk = 0, start_key, keys.metric(tenant_id, name)
    while True:
        page = table.query(pk, prefix=f"{resolution}#", start_key=start, forward=False, limit=(limit + 1) * LANES)
        for item in page.items:
            place = _place_of(item)
            if place != at:
                if len(points) == limit or read >= ITEMS_READ_MOST:
                    return Points(points, _before(pk, resolution, at))
                at = place
                if place[1] in cards:
                    points.append(Point(cards[place[1]].series, Rollup(), resolution, begin_of(resolution, place[0])))
            read += 1
            if place[1] in cards:
                points[-1].rollup.add(item)
        if (start := page.next_key) is None:
            return Points(points, None)


def _before(pk: str, resolution: Resolution, at: tuple[str, str] | None) -> Item:
    """Where the next page begins: below all lanes of the last point."""
    return {"pk": pk, "sk": f"{resolution}#{'#'.join(at or ())}#"}


def read_summary(table: Table, tenant_id: str, name: str, wanted: Filter, hours: float) -> tuple[Series, Rollup]:
    """Over all series of one type and category; where a name has several, the one that was written to last.

    Raises ``MetricNotFound`` also when nothing was recorded in these hours, ``TooManyPoints``.
    """
    cards = cards_of(table, tenant_id, name, wanted)
    newest = max(cards, key=lambda card: card.total.last_at).series
    those = {c.key for c in cards if (c.series.type, c.series.category) == (newest.type, newest.category)}
    merged = Rollup()
    for key, item in items_over(table, tenant_id, name, stretches_of(hours)):
        if key in those:
            merged.add(item)
    if not merged.count:
        raise MetricNotFound(name, f"nothing was recorded in the last {hours:g} hours")
    return newest, merged


def items_over(table: Table, tenant_id: str, name: str, stretches: list[Stretch]) -> Iterator[tuple[str, Item]]:
    """The key of the series, and one lane of one period of it. Raises ``TooManyPoints``."""
    pk, read = keys.metric(tenant_id, name), 0
    for stretch in stretches:
        bounds = f"{stretch.resolution}#{stretch.first}", f"{stretch.resolution}#{stretch.last}~"
        start: Item | None = None
        while True:
            page = table.query(pk, between=bounds, start_key=start)
            read += len(page.items)
            if read > ITEMS_READ_MOST:
                raise TooManyPoints(f"This stretch has more than {ITEMS_READ_MOST} rollups; ask for fewer hours.")
            yield from ((_place_of(item)[1], item) for item in page.items)
            if (start := page.next_key) is None:
                break


def _place_of(item: Item) -> tuple[str, str]:
    """``minute#2026-11-21T09:30#key#lane`` → period and key."""
    _, period, key, _ = item["sk"].split("#")
    return period, key
