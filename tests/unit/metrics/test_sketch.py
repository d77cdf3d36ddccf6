"""Quantiles: within two percent of numpy's, for any size and sign, and merging is adding."""

from collections import Counter

import numpy as np
import pytest

from docchain.analytics.sketch import ERROR
from docchain.metrics.rollups import Rollup
from docchain.metrics.sketch import QUANTILES, bucket_of, quantile, value_of

DRAW = np.random.default_rng(20261121)
SETS = {
    "seconds of calls": DRAW.lognormal(-3, 1.5, 20_000),
    "sizes": DRAW.pareto(1.2, 20_000) * 1e4 + 1,
    "temperatures": DRAW.normal(0, 30, 20_000),
    "tiny": DRAW.uniform(1e-8, 1e-5, 20_000),
    "huge": DRAW.uniform(1e12, 1e15, 20_000),
    "debts": -DRAW.exponential(500, 20_000) - 0.01,
    "all the same": np.full(1_000, 0.3),
    "one": np.array([42.0]),
}


def sketched(values: np.ndarray) -> Counter[str]:
    return Counter(bucket_of(float(value)) for value in values)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("share", [0.0, 0.01, 0.25, *QUANTILES, 0.999, 1.0])
def test_a_quantile_is_within_two_percent_of_numpys(name: str, share: float) -> None:
    exact = float(np.quantile(SETS[name], share, method="lower"))
    found = quantile(sketched(SETS[name]), share)

    assert found is not None
    assert abs(found - exact) <= ERROR * abs(exact) * 1.000001 + 1e-9


def test_halves_that_are_added_say_what_the_whole_says() -> None:
    values = SETS["temperatures"]
    whole, halves = sketched(values), sketched(values[:7_000]) + sketched(values[7_000:])

    assert halves == whole
    assert [quantile(halves, share) for share in QUANTILES] == [quantile(whole, share) for share in QUANTILES]


def test_what_a_bucket_stands_for_lies_in_it() -> None:
    for value in (2e-9, 0.5, 1.0, 3.7, 1e15, -2.5):
        assert bucket_of(value_of(bucket_of(value))) == bucket_of(value)


def test_nought_is_nought() -> None:
    assert quantile(Counter([bucket_of(0.0), bucket_of(1e-12)]), 0.5) == 0.0
    assert quantile({}, 0.5) is None


def test_a_quantile_is_never_beyond_what_was_recorded() -> None:
    merged = Rollup(count=1, sum_nano=10**9, least=1.0, most=1.0, buckets=Counter({bucket_of(1.0): 1}))

    assert merged.quantiles() == {"p50": 1.0, "p90": 1.0, "p95": 1.0, "p99": 1.0}
