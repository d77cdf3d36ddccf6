"""What a number of observations of one series adds to each of its rollups.

Sums are kept as whole billionths: DynamoDB adds those exactly, and 38 digits hold 10^14 of the largest.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from docchain.metrics.models import SKETCHED, Observation, Series
from docchain.metrics.sketch import bucket_of

NANO: Final = 10**9
BUCKETS_MOST: Final = 60
"""That one tally adds to: an update's expression has 4 KB. What a batch has beyond goes into the lane beside it."""


@dataclass
class Tally:
    """``last`` is the value of the newest observation, ``first_at`` and ``last_at`` the first and newest moments."""

    series: Series
    shift: int = 0
    count: int = 0
    sum_nano: int = 0
    least: float = 0.0
    most: float = 0.0
    last: float = 0.0
    first_at: str = ""
    last_at: str = ""
    buckets: Counter[str] = field(default_factory=Counter)

    def add(self, observation: Observation) -> None:
        value = observation.value + 0.0  # there is no minus nought in a table
        self.least = min(self.least, value) if self.count else value
        self.most = max(self.most, value) if self.count else value
        self.first_at = min(self.first_at or observation.at, observation.at)
        if observation.at >= self.last_at:
            self.last, self.last_at = value, observation.at
        self.count += 1
        self.sum_nano += to_nano(value)
        if self.series.type in SKETCHED:
            self.buckets[bucket_of(value)] += 1

    def increments(self) -> dict[str, int | float]:
        return {"count": self.count, "sum_nano": self.sum_nano, **self.buckets}


def to_nano(value: float) -> int:
    return round(Decimal(repr(value)) * NANO)


def tallied(observations: Iterable[Observation]) -> list[Tally]:
    """One per series and ``shift`` of its lane, in an order that depends on nothing but what there is."""
    open_: dict[tuple[str, str], Tally] = {}
    full: list[Tally] = []
    for observation in observations:
        key = observation.series.key
        tally = open_.setdefault(key, Tally(observation.series))
        tally.add(observation)
        if len(tally.buckets) == BUCKETS_MOST:
            full.append(open_.pop(key))
            open_[key] = Tally(observation.series, shift=tally.shift + 1)
    found = [*full, *(tally for tally in open_.values() if tally.count)]
    return sorted(found, key=lambda tally: (*tally.series.key, tally.shift))
