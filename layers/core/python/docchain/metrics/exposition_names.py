"""Names as Prometheus takes them: a metric and all its samples have a name that no other metric has."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from docchain.metrics.models import MetricType

Family = tuple[str, MetricType]
"""A metric's own name and its type."""

_SAMPLES: Final = {
    MetricType.COUNTER: ("", "_total"),
    MetricType.GAUGE: ("",),
    MetricType.HISTOGRAM: ("", "_bucket", "_sum", "_count"),
    MetricType.TIMER: ("", "_bucket", "_sum", "_count"),
    MetricType.SUMMARY: ("", "_sum", "_count"),
}
_SUFFIXES: Final = ("_total", "_bucket", "_sum", "_count", "_created", "_info")


def families_named(families: Iterable[Family]) -> dict[Family, str]:
    """``custom.metric`` becomes ``custom_metric``; one that would meet another gets six characters of its hash."""
    taken: set[str] = set()
    named: dict[Family, str] = {}
    for family in sorted(set(families)):
        own = sanitized(family[0])
        if not taken.isdisjoint(_samples(own, family[1])):
            own = f"{own}_{hashlib.sha256('|'.join(family).encode()).hexdigest()[:6]}"
        taken.update(_samples(own, family[1]))
        named[family] = own
    return named


def sanitized(name: str) -> str:
    """Without an ending that says what a sample is: ``requests_total`` is the counter ``requests``."""
    own = re.sub(r"[^a-zA-Z0-9_:]", "_", name)
    for suffix in _SUFFIXES:
        own = own.removesuffix(suffix)
    return own or "metric"


def _samples(name: str, kind: MetricType) -> set[str]:
    return {f"{name}{suffix}" for suffix in _SAMPLES[kind]}
