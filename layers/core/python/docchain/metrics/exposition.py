"""A tenant's totals as Prometheus reads them: text 0.0.4, or OpenMetrics 1.0.

Histograms and timers show every 17th bucket of their sketch (each 1.97 times the one before): those bounds are the
sketch's own, so the counts below them are exact. A summary shows its quantiles.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from docchain.metrics.catalogue import Card
from docchain.metrics.exposition_names import families_named
from docchain.metrics.models import MetricType
from docchain.metrics.rollups import Rollup
from docchain.metrics.sketch import GAMMA, QUANTILES, place_of

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
OPEN_METRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_STEP: Final = 17
_KINDS: Final = {MetricType.TIMER: "histogram"}


def exposed(cards: list[Card], *, open_metrics: bool) -> str:
    families: dict[tuple[str, MetricType], list[Card]] = defaultdict(list)
    for card in cards:
        if card.total.count:
            families[card.series.name, card.series.type].append(card)
    names = families_named(families)
    lines: list[str] = []
    for family in sorted(families):
        lines += _family(names[family], *family, families[family], open_metrics=open_metrics)
    return "\n".join([*lines, "# EOF", ""] if open_metrics else [*lines, ""])


def _family(name: str, metric: str, kind: MetricType, cards: list[Card], *, open_metrics: bool) -> Iterator[str]:
    told = f"{name}_total" if kind is MetricType.COUNTER and not open_metrics else name
    yield f"# HELP {told} {_help(metric, open_metrics=open_metrics)}"
    # OpenMetrics knows no summary of negative values; what has no type may be anything.
    untyped = open_metrics and kind is MetricType.SUMMARY and any(card.total.least < 0 for card in cards)
    yield f"# TYPE {told} {'unknown' if untyped else _KINDS.get(kind, kind.value)}"
    for card in cards:
        labels = {**dict(card.series.labels), "metric_category": card.series.category.value}
        for suffix, extra, value in _samples(kind, card.total, open_metrics=open_metrics):
            if suffix and untyped:
                continue
            yield f"{name}{suffix}{_labels({**labels, **extra})} {_number(value)}"


Sample = tuple[str, dict[str, str], float]


def _samples(kind: MetricType, total: Rollup, *, open_metrics: bool) -> Iterator[Sample]:
    if kind is MetricType.COUNTER:
        yield "_total", {}, total.sum
    elif kind is MetricType.GAUGE:
        yield "", {}, total.last
    elif kind is MetricType.SUMMARY:
        for share in QUANTILES:
            yield "", {"quantile": _number(share)}, total.quantile(share) or 0.0
        yield from _sums(total, open_metrics=open_metrics)
    else:
        for bound, count in cumulated(total):
            yield "_bucket", {"le": _number(bound)}, count
        yield from _sums(total, open_metrics=open_metrics)


def _sums(total: Rollup, *, open_metrics: bool) -> Iterator[Sample]:
    """OpenMetrics takes a sum for a counter: where values may be negative there is none, and no count beside it."""
    if total.least >= 0 or not open_metrics:
        yield "_sum", {}, total.sum
        yield "_count", {}, total.count


def cumulated(total: Rollup) -> list[tuple[float, int]]:
    """How many values are at most each bound, up to infinity."""
    per_bound: dict[int, int] = defaultdict(int)
    below_nought = 0
    for bucket, count in total.buckets.items():
        sign, index = place_of(bucket)
        if sign > 0:
            per_bound[-(-index // _STEP)] += count
        else:
            below_nought += count
    found: list[tuple[float, int]] = []
    passed = below_nought
    if below_nought:
        found.append((0.0, passed))
    for step in range(min(per_bound), max(per_bound) + 1) if per_bound else ():
        passed += per_bound.get(step, 0)
        found.append((float(GAMMA ** (step * _STEP)), passed))
    return [*found, (math.inf, passed)]


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(labels.items())) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _help(text: str, *, open_metrics: bool) -> str:
    return _escaped(text) if open_metrics else text.replace("\\", "\\\\").replace("\n", "\\n")


def _number(value: float) -> str:
    return "+Inf" if value == math.inf else repr(float(value)) if isinstance(value, float) else str(value)
