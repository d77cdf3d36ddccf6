"""analytics_processing: figures against known values, of given data and of the tenant's own."""

import math
import statistics as reference
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from docchain import aws
from docchain.storage.table import Table
from docchain.tasks.errors import TaskRefused
from docchain.tasks.kinds.analytics_processing import Analyst
from docchain.tasks.kinds.people import People
from tests.unit.tasks.kinds.conftest import Asked, given

WAVE = [10 + 3 * math.sin(n) + n / 7 for n in range(60)]


@pytest.fixture
def analyst(people: People) -> Analyst:
    return Analyst(Table(aws.dynamodb(), "runs"), people)


def ran(analyst: Analyst, asked: Asked, **metadata: Any) -> dict[str, Any]:
    return analyst.run(given("analytics_processing", **metadata), asked.context())


def test_description_agrees_with_numpy(analyst: Analyst, asked: Asked) -> None:
    found = ran(analyst, asked, data={"wave": [*WAVE, None]})["series"]["wave"]["describe"]
    known = np.array(WAVE)
    central = known - known.mean()
    expected = {
        "mean": known.mean(),
        "std": known.std(ddof=1),
        "q25": np.quantile(known, 0.25),
        "median": np.median(known),
        "q75": np.quantile(known, 0.75),
        "skewness": (central**3).mean() / (central**2).mean() ** 1.5,
        "kurtosis": (central**4).mean() / (central**2).mean() ** 2 - 3,
    }
    assert (found["count"], found["missing"]) == (60, 1)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9), name


def test_a_line_is_found_and_its_trend_is_told(analyst: Analyst, asked: Asked) -> None:
    series = ran(analyst, asked, data={"up": [3.0 + 2 * n for n in range(12)], "flat": [5] * 12})["series"]
    up = series["up"]["trend"]
    assert (up["slope"], up["intercept"], up["r_squared"], up["direction"]) == (2.0, 3.0, 1.0, "rising")
    assert series["flat"]["trend"]["direction"] == "none"


def test_the_trend_test_agrees_with_a_published_figure(analyst: Analyst, asked: Asked) -> None:
    """n = 10, S = 31 without ties: z = 30 / sqrt(125)."""
    values = [1, 2, 4, 3, 5, 7, 6, 8, 10, 9]
    score = sum((later > value) - (later < value) for i, value in enumerate(values) for later in values[i + 1 :])
    z = (score - 1) / math.sqrt(10 * 9 * 25 / 18)
    found = ran(analyst, asked, data={"x": values})["series"]["x"]["trend"]
    assert found["p_value"] == pytest.approx(2 * (1 - reference.NormalDist().cdf(z)), rel=1e-6)


def test_correlations_agree_with_the_standard_library(analyst: Analyst, asked: Asked) -> None:
    squares = [v * v for v in WAVE]
    [pair] = ran(analyst, asked, data={"a": WAVE, "b": squares})["correlations"]
    assert pair["pearson"] == pytest.approx(reference.correlation(WAVE, squares), rel=1e-9)
    assert pair["spearman"] == 1.0


def test_outliers_are_named_by_their_places(analyst: Analyst, asked: Asked) -> None:
    found = ran(analyst, asked, data={"x": [10, 11, 12, 11, 10, 12, 11, 99, 10, 11]})["series"]["x"]["outliers"]
    assert found["tukey"]["values"] == found["modified_z"]["values"] == [{"position": 7, "value": 99.0}]


def test_rows_are_read_by_column_and_what_is_no_number_is_named(analyst: Analyst, asked: Asked) -> None:
    rows = [{"n": 1, "who": "ada"}, {"n": 2, "who": "bob"}, {"n": None, "who": "eve"}]
    result = ran(analyst, asked, data={"rows": rows, "period": "daily"})
    assert list(result["series"]) == ["n"]
    assert result["not_numeric"] == ["period", "who"]


def test_data_without_numbers_is_no_mistake(analyst: Analyst, asked: Asked) -> None:
    result = ran(analyst, asked, data={"metric": "usage", "flags": [True, False]})
    assert (result["series"], result["not_numeric"]) == ({}, ["flags", "metric"])


@pytest.mark.parametrize(
    "data",
    [
        {"x": [1e61, 1]},
        {"x": [10**400, 1]},
        {f"s{n}": [1] for n in range(101)},
        {"rows": [{f"k{n}": "a"} for n in range(1_001)]},
    ],
)
def test_more_than_it_computes_is_refused(analyst: Analyst, asked: Asked, data: dict[str, Any]) -> None:
    with pytest.raises(TaskRefused) as refused:
        ran(analyst, asked, data=data)
    assert refused.value.details[0]["field"] == "metadata.data"


def test_the_tenants_own_figures_are_series_by_day(analyst: Analyst, asked: Asked) -> None:
    tenant, today = asked.user.tenant_id, datetime.now(UTC).date()
    for back, count in ((0, 9), (1, 5), (3, 1)):
        day = (today - timedelta(days=back)).isoformat()
        figures = {"entity": "figures", "runs_started": count, "cost": 10**12 * count}
        analyst.runs.put({"pk": f"{tenant}#figures", "sk": f"day#{day}#all", **figures})
    series = ran(analyst, asked, figures={"days": 5})["series"]
    assert series["runs_started"]["describe"]["sum"] == 15.0
    assert series["runs_started"]["describe"]["count"] == 5
    assert series["cost_usd"]["describe"]["max"] == 9.0
    assert "runs_failed" not in series
