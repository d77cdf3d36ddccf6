"""Quantiles of any numbers out of counters: the buckets of ``docchain.analytics.sketch``, for both signs and all sizes.

A bucket is 4 % wide, so what a quantile says is off by at most 2 % (``ERROR``) from a value that was recorded; buckets
of processes, minutes and series are merged by adding them. What is closer to nought than 1e-9 counts as nought.
"""

import math
import re
from collections.abc import Mapping
from typing import Final

from docchain.analytics.sketch import ERROR

GAMMA: Final = (1 + ERROR) / (1 - ERROR)
SMALLEST: Final = 1e-9
QUANTILES: Final = (0.5, 0.9, 0.95, 0.99)
_LOG_GAMMA: Final = math.log(GAMMA)
_NAME: Final = re.compile(r"[pn]\d+|z")
_OFFSET: Final = 600
"""Of an index in a name: those of values below one are negative, and a name may hold no minus."""

Bucket = tuple[int, int]
"""Sign and index, sorted as the values are: of negative values the larger index is the smaller value."""


def bucket_of(value: float) -> str:
    """``p612`` holds what lies above γ^11 and up to γ^12, ``n612`` the same below nought, ``z`` nought."""
    if abs(value) < SMALLEST:
        return "z"
    return f"{'p' if value > 0 else 'n'}{_OFFSET + math.ceil(math.log(abs(value)) / _LOG_GAMMA)}"


def is_bucket(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def place_of(bucket: str) -> Bucket:
    if bucket == "z":
        return 0, 0
    index = int(bucket[1:]) - _OFFSET
    return (1, index) if bucket[0] == "p" else (-1, -index)


def value_of(bucket: str) -> float:
    """The middle of the bucket as relative error sees it."""
    sign, index = place_of(bucket)
    return float(sign * 2 * GAMMA ** (sign * index) / (GAMMA + 1)) if sign else 0.0


def quantile(buckets: Mapping[str, int], share: float) -> float | None:
    """``share`` 0.95 is the 95th percentile; ``None`` without values."""
    total = sum(buckets.values())
    if not total:
        return None
    rank, passed = math.floor(share * (total - 1)), 0
    for bucket in sorted(buckets, key=place_of):
        passed += buckets[bucket]
        if passed > rank:
            return value_of(bucket)
    return None
