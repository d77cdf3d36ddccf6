"""What Prometheus reads is what was recorded, by the parsers of its own client."""

import math
import random
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse_text

from docchain.metrics.catalogue import read_cards
from docchain.metrics.exposition import exposed
from docchain.metrics.exposition_names import families_named
from docchain.metrics.models import MetricType
from tests.support.metrics import a_recorder, metrics_table, observed

PARSERS = {"0.0.4": (parse_text, False), "OpenMetrics 1.0": (parse_open, True)}
ODD = 'a "quoted" \\ back\nslash, {brace} ü 🙂'


def scraped(tenant: str, form: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    parse, is_open = PARSERS[form]
    text = exposed(read_cards(metrics_table(), tenant), open_metrics=is_open)
    found: dict[Any, float] = {}
    for family in parse(text):
        for sample in family.samples:
            key = sample.name, tuple(sorted((k, v) for k, v in sample.labels.items() if k != "metric_category"))
            assert key not in found, f"{key} is exposed twice"
            found[key] = sample.value
    return found


@pytest.mark.parametrize("form", PARSERS)
def test_all_five_types_are_read_as_they_were_recorded(tenant: str, form: str) -> None:
    recorder = a_recorder()
    recorder.record(tenant, observed([1, 2.5], "counter", name="pages.read", region="eu"))
    recorder.record(tenant, observed([5, -3], "gauge", name="queue-depth"))
    for kind in ("histogram", "timer", "summary"):
        recorder.record(tenant, observed([0.1, 0.2, 4.0], kind, name=f"of.{kind}"))

    found = scraped(tenant, form)

    assert found["pages_read_total", (("region", "eu"),)] == 3.5
    assert found["queue_depth", ()] == -3.0
    for name in ("of_histogram", "of_timer"):
        assert (found[f"{name}_count", ()], found[f"{name}_sum", ()]) == (3.0, 4.3)
        assert found[f"{name}_bucket", (("le", "+Inf"),)] == 3.0
    assert found["of_summary", (("quantile", "0.99"),)] == pytest.approx(0.2, rel=0.021)
    assert found["of_summary_count", ()] == 3.0


@pytest.mark.parametrize("form", PARSERS)
def test_values_of_labels_come_back_whatever_is_in_them(tenant: str, form: str) -> None:
    a_recorder().record(tenant, observed([1], "gauge", name="odd", text=ODD))

    assert scraped(tenant, form) == {("odd", (("text", ODD),)): 1.0}


@pytest.mark.parametrize("form", PARSERS)
def test_counts_below_the_bounds_are_exact(tenant: str, form: str) -> None:
    draw = random.Random(4)
    values = [draw.lognormvariate(0, 2) for _ in range(900)]
    a_recorder().record(tenant, observed(values, "histogram", name="h"))

    buckets = {
        float(dict(labels)["le"]): count
        for (name, labels), count in scraped(tenant, form).items()
        if name == "h_bucket"
    }

    assert len(buckets) < 30
    assert buckets == {bound: sum(value <= bound for value in values) for bound in buckets}
    assert max(buckets) == math.inf


@pytest.mark.parametrize("form", PARSERS)
def test_negative_observations_are_exposed_too(tenant: str, form: str) -> None:
    a_recorder().record(tenant, observed([-5, 0, 5], "histogram", name="h"))
    a_recorder().record(tenant, observed([-5, -1], "summary", name="s"))

    found = scraped(tenant, form)
    assert found["h_bucket", (("le", "0.0"),)] == 2.0
    assert found["h_bucket", (("le", "+Inf"),)] == 3.0
    assert found["s", (("quantile", "0.5"),)] == pytest.approx(-5, rel=0.021)


@pytest.mark.parametrize("form", PARSERS)
def test_names_that_would_become_one_stay_apart(tenant: str, form: str) -> None:
    recorder = a_recorder()
    names = [
        ("a.b", "counter"),
        ("a-b", "counter"),
        ("a_b", "gauge"),
        ("a_b_total", "gauge"),
        ("a_b", "timer"),
        ("a:b", "gauge"),
    ]
    for number, (name, kind) in enumerate(names, start=1):
        recorder.record(tenant, observed([number], kind, name=name))

    found = scraped(tenant, form)
    values = sorted(value for (name, _), value in found.items() if not name.endswith(("_bucket", "_count")))
    assert values == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


@pytest.mark.parametrize("form", PARSERS)
def test_a_tenant_without_metrics_is_scraped_too(tenant: str, form: str) -> None:
    assert scraped(tenant, form) == {}


def test_a_name_is_the_same_whatever_else_there_is_that_it_does_not_meet() -> None:
    alone = families_named([("x.y", MetricType.COUNTER)])
    among = families_named([("x.y", MetricType.COUNTER), ("z", MetricType.GAUGE)])

    assert among["x.y", MetricType.COUNTER] == alone["x.y", MetricType.COUNTER] == "x_y"


def test_a_scrape_is_one_query(tenant: str, aws_calls: list[str]) -> None:
    a_recorder().record(tenant, [o for n in range(20) for o in observed([1], "gauge", name=f"n{n}")])
    aws_calls.clear()
    read_cards(metrics_table(), tenant)

    assert aws_calls == ["Query"]
