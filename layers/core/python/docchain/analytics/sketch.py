"""Percentiles out of counters: a duration falls into one of a fixed row of buckets, each 4 % wider than the one before.

What a bucket stands for is off by at most 2 % from what fell into it (``ERROR``), and buckets of many days, nodes or
functions are merged by adding them. The mapping is the one of DDSketch (Masson, Rim, Lee: VLDB 2019, section 2.1).
"""

import math
from collections.abc import Mapping
from typing import Final

ERROR: Final = 0.02
_GAMMA: Final = (1 + ERROR) / (1 - ERROR)
_LOG_GAMMA: Final = math.log(_GAMMA)
LONGEST_MS: Final = 400 * 24 * 3600 * 1000
"""Longer than a run may last; what is longer counts as this. So there are at most 611 buckets."""


def bucket_of(milliseconds: float) -> int:
    """0 for what took less than a millisecond."""
    if milliseconds < 1:
        return 0
    return 1 + math.ceil(math.log(min(milliseconds, LONGEST_MS)) / _LOG_GAMMA)


def value_of(bucket: int) -> float:
    """Milliseconds, in the middle of the bucket as relative error sees it."""
    if bucket == 0:
        return 0.0
    return float(2 * _GAMMA ** (bucket - 1) / (_GAMMA + 1))


def quantile(buckets: Mapping[int, int], share: float) -> float | None:
    """``share`` 0.95 is the 95th percentile; ``None`` without values."""
    total = sum(buckets.values())
    if not total:
        return None
    rank = math.floor(share * (total - 1))
    passed = 0
    for bucket in sorted(buckets):
        passed += buckets[bucket]
        if passed > rank:
            return round(value_of(bucket), 1)
    return None
