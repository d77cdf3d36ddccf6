"""What lanes and periods add up to."""

from collections import Counter
from dataclasses import dataclass, field

from docchain.metrics.sketch import QUANTILES, is_bucket, quantile
from docchain.metrics.tally import NANO
from docchain.storage.items import Item


@dataclass
class Rollup:
    """``last`` is the value with the newest moment, whichever lane it came by."""

    count: int = 0
    sum_nano: int = 0
    least: float = 0.0
    most: float = 0.0
    last: float = 0.0
    first_at: str = ""
    last_at: str = ""
    buckets: Counter[str] = field(default_factory=Counter)

    def add(self, item: Item) -> None:
        least, most = float(item["least"]), float(item["most"])
        self.least = min(self.least, least) if self.count else least
        self.most = max(self.most, most) if self.count else most
        self.first_at = min(self.first_at or item["first_at"], item["first_at"])
        if item["last_at"] >= self.last_at:
            self.last, self.last_at = float(item["last"]), item["last_at"]
        self.count += item["count"]
        self.sum_nano += item["sum_nano"]
        for name, count in item.items():
            if is_bucket(name):
                self.buckets[name] += count

    def merge(self, other: "Rollup") -> None:
        if not other.count:
            return
        told = {"least": other.least, "most": other.most, "first_at": other.first_at, "last_at": other.last_at}
        self.add({**told, "last": other.last, "count": other.count, "sum_nano": other.sum_nano, **other.buckets})

    @property
    def sum(self) -> float:
        return self.sum_nano / NANO

    @property
    def mean(self) -> float:
        return self.sum_nano / self.count / NANO if self.count else 0.0

    def quantile(self, share: float) -> float | None:
        """Never outside of what was recorded."""
        found = quantile(self.buckets, share)
        return None if found is None else min(max(found, self.least), self.most)

    def quantiles(self) -> dict[str, float]:
        """``p50`` to ``p99``; none of a type that keeps no sketch."""
        found = {f"p{round(share * 100)}": self.quantile(share) for share in QUANTILES}
        return {name: value for name, value in found.items() if value is not None}
