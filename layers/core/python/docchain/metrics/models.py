"""What is measured: one observation, and the series it belongs to."""

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final


class MetricType(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    SUMMARY = "summary"
    TIMER = "timer"


class MetricCategory(StrEnum):
    SYSTEM = "system"
    APPLICATION = "application"
    DATABASE = "database"
    CACHE = "cache"
    NETWORK = "network"
    MEMORY = "memory"
    CPU = "cpu"
    DISK = "disk"
    API = "api"
    WEBSOCKET = "websocket"
    BACKGROUND = "background"
    SCHEDULER = "scheduler"


SKETCHED: Final = frozenset({MetricType.HISTOGRAM, MetricType.SUMMARY, MetricType.TIMER})


@dataclass(frozen=True)
class Series:
    """``labels`` are sorted pairs, so that one set of labels is one series whatever order it came in."""

    name: str
    type: MetricType
    category: MetricCategory
    labels: tuple[tuple[str, str], ...] = ()

    @cached_property
    def id(self) -> str:
        told = json.dumps([self.type, self.category, self.labels], ensure_ascii=False)
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.id

    def as_item(self) -> dict[str, Any]:
        kind = {"name": self.name, "series": self.id, "type": self.type.value, "category": self.category.value}
        return {**kind, "labels": dict(self.labels)}

    @classmethod
    def of(cls, name: str, kind: str, category: str, labels: dict[str, str] | None = None) -> "Series":
        return cls(name, MetricType(kind), MetricCategory(category), tuple(sorted((labels or {}).items())))


@dataclass(frozen=True)
class Observation:
    """``at`` is the moment it came, ISO-8601."""

    series: Series
    value: float
    at: str = field(default="")
