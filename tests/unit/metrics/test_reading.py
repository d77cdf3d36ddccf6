"""Reading: points across lanes and pages, summaries of any stretch, and a bounded number of items for each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.client
import pytest

from docchain.clock import to_iso
from docchain.metrics import reading
from docchain.metrics.catalogue import Filter
from docchain.metrics.deleting import delete_metric
from docchain.metrics.errors import MetricNotFound, TooManyPoints
from docchain.metrics.keys import LANES
from docchain.metrics.models import MetricType
from docchain.metrics.reading import Points, read_points, read_summary
from tests.support.metrics import a_recorder, metrics_table, observed

ANY = Filter()


def ago(**back: float) -> str:
    return to_iso(datetime.now(UTC) - timedelta(**back))


def points(tenant: str, **asked: object) -> Points:
    told = {"resolution": "minute", "limit": 100, **asked}
    return read_points(metrics_table(), tenant, "things", ANY, **told)  # type: ignore[arg-type]


def test_lanes_of_a_minute_are_one_point(tenant: str) -> None:
    at = ago(minutes=2)
    for lane in range(LANES):
        a_recorder(lane).record(tenant, observed([lane + 1], "timer", at=at))

    (point,) = points(tenant).points
    assert (point.rollup.count, point.rollup.sum, point.rollup.least, point.rollup.most) == (8, 36.0, 1.0, 8.0)
    assert point.at == f"{at[:16]}:00.000Z"


def test_pages_put_together_are_the_whole_newest_first(tenant: str) -> None:
    moments = [ago(minutes=minute) for minute in range(8)]
    for lane in (0, 3, 7):
        recorder = a_recorder(lane)
        for at in moments:
            recorder.record(tenant, [o for shelf in ("a", "b") for o in observed([1], at=at, shelf=shelf)])

    whole = points(tenant).points
    paged, start = [], None
    while True:
        page = points(tenant, limit=5, start_key=start)
        assert len(page.points) <= 5
        paged += page.points
        if (start := page.next_key) is None:
            break

    assert paged == whole
    assert len(whole) == 16
    assert [p.at for p in whole] == sorted((p.at for p in whole), reverse=True)
    assert {p.rollup.count for p in whole} == {3}


def test_hours_and_days_have_points_of_their_own(tenant: str) -> None:
    a_recorder().record(tenant, observed([2, 3]))

    for resolution in ("hour", "day"):
        (point,) = points(tenant, resolution=resolution).points
        assert (point.rollup.count, point.rollup.sum) == (2, 5.0)


@pytest.mark.parametrize("hours", [0.2, 24, 24 * 30, 24 * 800])
def test_a_summary_of_any_stretch_counts_each_observation_once(tenant: str, hours: float) -> None:
    backs = [timedelta(minutes=1), timedelta(hours=5), timedelta(days=3), timedelta(days=29), timedelta(days=500)]
    for number, back in enumerate(backs):
        a_recorder().record(tenant, observed([10**number], "histogram", at=to_iso(datetime.now(UTC) - back)))

    _, merged = read_summary(metrics_table(), tenant, "things", ANY, hours)

    within = [10**n for n, back in enumerate(backs) if back <= timedelta(hours=hours)]
    assert (merged.count, merged.sum) == (len(within), float(sum(within)))
    assert (merged.least, merged.most) == (1.0, float(max(within)))


def test_quantiles_over_days_are_those_of_all_values(tenant: str) -> None:
    for day in range(10):
        values = [float(n + 100 * day) for n in range(1, 101)]
        a_recorder().record(tenant, observed(values, "summary", at=ago(days=day)))

    _, merged = read_summary(metrics_table(), tenant, "things", ANY, 24 * 20)

    assert merged.count == 1000
    assert merged.quantiles()["p50"] == pytest.approx(500, rel=0.021)
    assert merged.quantiles()["p99"] == pytest.approx(990, rel=0.021)


def test_thirty_days_read_at_most_an_edge_of_hours_and_days(
    tenant: str, aws_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much was recorded: every minute of thirty days would be 43,200 items a lane."""
    recorders = [a_recorder(0), a_recorder(1)]
    for hour in range(0, 30 * 24, 12):
        recorders[hour // 12 % 2].record(tenant, observed([1] * 50, "timer", at=ago(hours=hour)))
    read: list[int] = []
    send = botocore.client.BaseClient._make_api_call

    def counted(self: object, operation: str, arguments: dict[str, object]) -> object:
        answer = send(self, operation, arguments)
        read.append(len(answer.get("Items", [])))
        return answer

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", counted)
    aws_calls.clear()
    _, merged = read_summary(metrics_table(), tenant, "things", ANY, 30 * 24)

    assert merged.count == 60 * 50
    assert aws_calls == ["Query"] * 3
    assert sum(read) <= 1 + LANES + 2 * (24 + 31)


@pytest.mark.parametrize("hours", [1, 24, 48, 24 * 800])
def test_a_summary_is_three_calls_at_most(tenant: str, aws_calls: list[str], hours: float) -> None:
    a_recorder().record(tenant, observed([1]))
    aws_calls.clear()
    read_summary(metrics_table(), tenant, "things", ANY, hours)

    assert set(aws_calls) == {"Query"}
    assert len(aws_calls) <= 3


def test_points_are_two_calls(tenant: str, aws_calls: list[str]) -> None:
    a_recorder().record(tenant, observed([1]))
    aws_calls.clear()
    points(tenant)

    assert aws_calls == ["Query", "Query"]


def test_a_stretch_with_too_much_in_it_is_refused_and_not_cut(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for minute in range(5):
        a_recorder().record(tenant, observed([1], at=ago(minutes=minute)))
    monkeypatch.setattr(reading, "ITEMS_READ_MOST", 0)

    with pytest.raises(TooManyPoints):
        read_summary(metrics_table(), tenant, "things", ANY, 0.5)


def test_a_name_with_several_types_answers_for_the_newest_or_the_one_asked_for(tenant: str) -> None:
    a_recorder().record(tenant, observed([1], "counter", at=ago(minutes=3)))
    a_recorder().record(tenant, observed([50], "gauge", at=ago(minutes=1)))

    newest, merged = read_summary(metrics_table(), tenant, "things", ANY, 1)
    asked, of_counter = read_summary(metrics_table(), tenant, "things", Filter(MetricType.COUNTER), 1)
    assert (newest.type, merged.sum) == (MetricType.GAUGE, 50.0)
    assert (asked.type, of_counter.sum) == (MetricType.COUNTER, 1.0)


def test_what_was_never_recorded_or_not_lately_is_not_there(tenant: str) -> None:
    a_recorder().record(tenant, observed([1], at=ago(hours=5)))

    with pytest.raises(MetricNotFound):
        read_summary(metrics_table(), tenant, "things", ANY, 1)
    with pytest.raises(MetricNotFound):
        read_points(metrics_table(), tenant, "other", ANY, resolution="minute", limit=10)


def test_a_deleted_metric_is_gone_and_comes_back_empty(tenant: str) -> None:
    recorder = a_recorder()
    for shelf in ("a", "b"):
        recorder.record(tenant, observed([7], shelf=shelf))

    assert delete_metric(metrics_table(), tenant, "things", "ada") == 2
    with pytest.raises(MetricNotFound):
        points(tenant)
    a_recorder().record(tenant, observed([1], shelf="a"))
    assert [p.rollup.sum for p in points(tenant).points] == [1.0]
    with pytest.raises(MetricNotFound):
        delete_metric(metrics_table(), tenant, "nothing", "ada")


def test_deleting_makes_room_for_new_series(tenant: str) -> None:
    from docchain.metrics import keys

    a_recorder().record(tenant, [o for n in range(20) for o in observed([1], user=str(n))])
    delete_metric(metrics_table(), tenant, "things", "ada")

    for place in (keys.head_of_name(tenant, "things"), keys.head_of_tenant(tenant)):
        head = metrics_table().get(place.pk, place.sk)
        assert head is not None
        assert head["series"] == 0


def test_what_a_deletion_that_died_has_left_goes_with_the_next(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = metrics_table()
    a_recorder().record(tenant, observed([1]))
    transact, calls = type(table).transact, []

    def dying(*args: Any, **named: Any) -> None:
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        transact(*args, **named)

    with monkeypatch.context() as patched:
        patched.setattr("docchain.metrics.deleting._AT_ONCE", 1)
        patched.setattr(type(table), "transact", dying)
        with pytest.raises(KeyboardInterrupt):
            delete_metric(table, tenant, "things", "ada")
    assert len(table.query_all(f"{tenant}#metrics", most=10)) == 1

    with pytest.raises(MetricNotFound):
        delete_metric(table, tenant, "things", "ada")
    assert table.query_all(f"{tenant}#metrics", most=10) == []
