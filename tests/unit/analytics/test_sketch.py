import random

import pytest

from docchain.analytics.sketch import ERROR, LONGEST_MS, bucket_of, quantile, value_of


@pytest.mark.parametrize("milliseconds", [1, 1.5, 7, 42, 999, 1_000, 61_337, 3_600_000, LONGEST_MS])
def test_a_bucket_stands_for_its_values_within_the_stated_error(milliseconds: float) -> None:
    assert abs(value_of(bucket_of(milliseconds)) - milliseconds) <= ERROR * milliseconds * 1.000001


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_percentiles_are_within_two_percent_also_when_merged_from_many(share: float) -> None:
    chance = random.Random(7)  # a fixed row of numbers
    values = [chance.lognormvariate(6, 1.5) + 1 for _ in range(5_000)]
    merged: dict[int, int] = {}
    for part in range(10):
        for value in values[part::10]:
            merged[bucket_of(value)] = merged.get(bucket_of(value), 0) + 1

    true = sorted(values)[int(share * (len(values) - 1))]
    found = quantile(merged, share)

    assert found is not None
    assert abs(found - true) <= ERROR * true + 0.1


def test_nothing_measured_has_no_percentile_and_the_longest_has_a_place() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({0: 3}, 0.99) == 0.0
    assert bucket_of(10**15) == bucket_of(LONGEST_MS) <= 611
