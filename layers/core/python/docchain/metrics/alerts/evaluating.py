"""One look at a rule's metric, and what follows from it."""

from datetime import UTC, datetime, timedelta

from docchain.clock import from_iso, to_iso
from docchain.metrics.alerts.models import AlertRule
from docchain.metrics.alerts.repository import AlertRules
from docchain.metrics.alerts.standing import Change, after_a_look
from docchain.metrics.catalogue import Filter, read_cards
from docchain.metrics.keys import begin_of, period_of
from docchain.metrics.reading import items_over
from docchain.metrics.rollups import Rollup
from docchain.metrics.stretches import Stretch
from docchain.storage.table import Table

_NOTHING_IS_NOUGHT = frozenset({"sum", "count", "rate"})


def look_at(rules: AlertRules, tenant_id: str, rule: AlertRule, moment: datetime | None = None) -> Change | None:
    """What was told, if anything was."""
    at = (moment or datetime.now(UTC)).astimezone(UTC)
    value = value_of(rules.table, tenant_id, rule, at)
    standing, change = after_a_look(rule, value, to_iso(at))
    return change if rules.stand(tenant_id, rule, standing, change) else None


def value_of(table: Table, tenant_id: str, rule: AlertRule, at: datetime) -> float | None:
    """Over the window's whole minutes and the one that is going on. ``None`` where nothing was recorded."""
    wanted = Filter(rule.metric_type, rule.category)
    watched = {
        card.key
        for card in read_cards(table, tenant_id, name=rule.metric_name, wanted=wanted)
        if rule.labels.items() <= dict(card.series.labels).items()
    }
    first = period_of("minute", to_iso(at - timedelta(minutes=rule.window_minutes)))
    merged = Rollup()
    if watched:
        stretch = Stretch("minute", first, period_of("minute", to_iso(at)))
        for key, item in items_over(table, tenant_id, rule.metric_name, [stretch]):
            if key in watched:
                merged.add(item)
    if not merged.count:
        return 0.0 if rule.aggregate in _NOTHING_IS_NOUGHT else None
    return _aggregated(rule, merged, (at - from_iso(begin_of("minute", first))).total_seconds())


def _aggregated(rule: AlertRule, merged: Rollup, seconds: float) -> float | None:
    match rule.aggregate:
        case "sum":
            return merged.sum
        case "count":
            return float(merged.count)
        case "rate":
            return merged.sum / seconds
        case "avg":
            return merged.mean
        case "min":
            return merged.least
        case "max":
            return merged.most
        case "last":
            return merged.last
        case percentile:
            return merged.quantile(int(percentile[1:]) / 100)
