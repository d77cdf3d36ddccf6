"""Points, lists and summaries as the API shows them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from docchain.clock import to_iso
from docchain.metrics.catalogue import Filter, read_cards
from docchain.metrics.keys import Resolution
from docchain.metrics.models import MetricType, Series
from docchain.metrics.reading import read_points, read_summary
from docchain.metrics.rollups import Rollup
from docchain.storage.cursors import from_cursor, text_in, to_cursor
from docchain.storage.table import Table
from functions.api.metrics.schemas.reading import MetricPoint, MetricSummary


def points_of(
    table: Table,
    tenant_id: str,
    name: str,
    wanted: Filter,
    resolution: Resolution,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[list[MetricPoint], str | None]:
    scope = f"metrics/{tenant_id}/{name}/{resolution}/{wanted.type}/{wanted.category}"
    found = read_points(
        table,
        tenant_id,
        name,
        wanted,
        resolution=resolution,
        limit=limit,
        start_key=from_cursor(cursor, scope),
    )
    points = [_point(p.series, p.rollup, {"resolution": p.resolution, "period_start": p.at}) for p in found.points]
    return points, to_cursor(found.next_key, scope)


def newest_of_all(
    table: Table, tenant_id: str, wanted: Filter, hours: float, *, limit: int, cursor: str | None
) -> tuple[dict[str, list[MetricPoint]], str | None]:
    """One point per series that was written to in these hours: its totals since it began."""
    scope = f"metrics/{tenant_id}/{wanted.type}/{wanted.category}"
    after = text_in(from_cursor(cursor, scope), "after")
    since = to_iso(datetime.now(UTC) - timedelta(hours=hours))
    lately = (card for card in read_cards(table, tenant_id, wanted=wanted) if card.total.last_at >= since)
    cards = [card for card in lately if "#".join(card.series.key) > after]
    found: dict[str, list[MetricPoint]] = {}
    for card in cards[:limit]:
        point = _point(card.series, card.total, {"resolution": "total", "period_start": card.born})
        found.setdefault(card.series.name, []).append(point)
    more = {"after": "#".join(cards[limit - 1].series.key)} if len(cards) > limit else None
    return found, to_cursor(more, scope)


def summary_of(table: Table, tenant_id: str, name: str, wanted: Filter, hours: float) -> MetricSummary:
    series, merged = read_summary(table, tenant_id, name, wanted, hours)
    return MetricSummary(
        name=name,
        type=series.type,
        category=series.category,
        count=merged.count,
        sum=merged.sum,
        min=merged.least,
        max=merged.most,
        avg=merged.mean,
        first_timestamp=merged.first_at,
        last_timestamp=merged.last_at,
        last=merged.last,
        quantiles=merged.quantiles(),
        time_range_hours=hours,
    )


def _point(series: Series, rollup: Rollup, told: dict[str, Any]) -> MetricPoint:
    figures = {"count": rollup.count, "sum": rollup.sum, "min": rollup.least, "max": rollup.most, "last": rollup.last}
    return MetricPoint(
        name=series.name,
        value=_value(series.type, rollup),
        type=series.type,
        category=series.category,
        labels=dict(series.labels),
        timestamp=rollup.last_at,
        metadata={**told, **figures, "quantiles": rollup.quantiles()},
    )


def _value(kind: MetricType, rollup: Rollup) -> float:
    if kind is MetricType.COUNTER:
        return rollup.sum
    return rollup.last if kind is MetricType.GAUGE else rollup.mean
