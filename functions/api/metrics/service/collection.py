"""Collection on and off, and what was recorded in all."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Literal

from docchain.auth.caller import Caller
from docchain.clock import from_iso, now
from docchain.metrics import service
from docchain.metrics.catalogue import Card, read_cards
from docchain.metrics.collecting import Collector
from docchain.metrics.limits import (
    COLLECTION_INTERVAL,
    POINTS_MOST,
    RETENTION_PERIOD,
    SERIES_MOST,
    SERIES_OF_NAME_MOST,
)
from docchain.metrics.models import MetricType
from docchain.metrics.service import ServiceState
from docchain.storage.table import Table
from functions.api.metrics.schemas.collection import MetricsHealth, MetricsStats, Turned

_LATE = timedelta(seconds=3 * COLLECTION_INTERVAL)


def start(table: Table, collector: Collector, caller: Caller) -> Turned:
    """The first collection is made at once, so that there is something to see."""
    if not service.start(table, caller.tenant_id, caller.username):
        return Turned(message="Collection of metrics is running already")
    collector.keep(caller.tenant_id, collector.look())
    return Turned(message="Collection of metrics started")


def stop(table: Table, caller: Caller) -> Turned:
    stopped = service.stop(table, caller.tenant_id, caller.username)
    return Turned(message="Collection of metrics stopped" if stopped else "Collection of metrics was not running")


def stats(table: Table, tenant_id: str) -> MetricsStats:
    state, cards = service.read_state(table, tenant_id), read_cards(table, tenant_id)
    by_type: Counter[str] = Counter({kind.value: 0 for kind in MetricType})
    by_category: Counter[str] = Counter()
    for card in cards:
        by_type[card.series.type.value] += card.total.count
        by_category[card.series.category.value] += card.total.count
    return MetricsStats(
        is_collecting=state.is_collecting,
        total_metrics_collected=by_type.total(),
        metrics_by_type=dict(by_type),
        metrics_by_category=dict(by_category),
        collection_errors=state.collection_errors,
        last_collection=state.last_collection,
        counters_count=_series_of(cards, MetricType.COUNTER),
        gauges_count=_series_of(cards, MetricType.GAUGE),
        histograms_count=_series_of(cards, MetricType.HISTOGRAM),
        timers_count=_series_of(cards, MetricType.TIMER),
        summaries_count=_series_of(cards, MetricType.SUMMARY),
        collection_interval=COLLECTION_INTERVAL,
        retention_period=RETENTION_PERIOD,
        max_metrics_per_name=POINTS_MOST,
        series_count=len(cards),
        max_series=SERIES_MOST,
        max_series_per_name=SERIES_OF_NAME_MOST,
    )


def health(table: Table, tenant_id: str) -> MetricsHealth:
    state = service.read_state(table, tenant_id)
    return MetricsHealth(
        status=_status(state),
        is_collecting=state.is_collecting,
        total_metrics=sum(card.total.count for card in read_cards(table, tenant_id)),
        collection_errors=state.collection_errors,
        timestamp=now(),
    )


def _status(state: ServiceState) -> Literal["healthy", "stopped", "unhealthy"]:
    if not state.is_collecting:
        return "stopped"
    last = from_iso(state.last_collection) if state.last_collection else datetime.min.replace(tzinfo=UTC)
    return "healthy" if datetime.now(UTC) - last <= _LATE else "unhealthy"


def _series_of(cards: list[Card], kind: MetricType) -> int:
    return sum(card.series.type is kind for card in cards)
