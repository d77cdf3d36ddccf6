"""Alert rules: hysteresis in value and time, each change told once, whoever looks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docchain.clock import to_iso
from docchain.metrics.alerts.evaluating import look_at
from docchain.metrics.alerts.models import AlertRule, Condition, Standing, State
from docchain.metrics.alerts.repository import AlertRules
from docchain.metrics.alerts.standing import after_a_look
from docchain.metrics.errors import AlertRuleNotFound, TooManyAlertRules
from docchain.storage.idempotency import IdempotencyKey
from tests.support.metrics import a_recorder, metrics_table, observed

BEGIN = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def condition(**more: Any) -> Condition:
    return Condition(**{"name": "slow", "metric_name": "things", "threshold": 10, "aggregate": "last", **more})


def played(values: list[float | None], **more: Any) -> tuple[list[str], list[str]]:
    """A look a minute: the states, and what was told with its minute."""
    at = to_iso(BEGIN)
    told = {"id": "alert_1", "created_at": at, "created_by": "ada", "updated_at": at, "standing": Standing(since=at)}
    rule = AlertRule(**condition(**more).model_dump(), **told)
    states, changes = [], []
    for minute, value in enumerate(values):
        standing, change = after_a_look(rule, value, to_iso(BEGIN + timedelta(minutes=minute)))
        rule = rule.model_copy(update={"standing": standing})
        states.append(standing.state.value)
        if change:
            changes.append(f"{change}@{minute}")
    return states, changes


def test_between_the_two_thresholds_nothing_changes() -> None:
    states, changes = played([5, 11, 8, 12, 9, 6, 5, 8, 11], resolve_threshold=6)

    assert changes == ["fired@1", "resolved@5", "fired@8"]
    assert states == ["ok", "firing", "firing", "firing", "firing", "ok", "ok", "ok", "firing"]


def test_it_fires_only_after_it_held_for_so_long() -> None:
    states, changes = played([11, 11, 5, 11, 11, 11, 11], for_minutes=3)

    assert changes == ["fired@6"]
    assert states == ["pending", "pending", "ok", "pending", "pending", "pending", "firing"]


def test_it_resolves_only_after_it_was_well_for_so_long() -> None:
    states, changes = played([11, 5, 11, 5, 5, 5], resolve_for_minutes=2)

    assert changes == ["fired@0", "resolved@5"]
    assert states == ["firing", "resolving", "firing", "resolving", "resolving", "ok"]


def test_below_works_as_above() -> None:
    assert played([5, 1, 3, 6], operator="less_than", threshold=2, resolve_threshold=5)[1] == ["fired@1", "resolved@3"]


def test_without_a_value_it_stands_where_it_stood() -> None:
    assert played([11, None, None, 11, 5])[0] == ["firing", "firing", "firing", "firing", "ok"]


def test_a_rule_that_would_fire_and_resolve_at_once_is_refused() -> None:
    with pytest.raises(ValueError, match="resolve_threshold"):
        condition(threshold=10, resolve_threshold=11)
    with pytest.raises(ValueError, match="resolve_threshold"):
        condition(operator="less_than", threshold=10, resolve_threshold=9)


def told(tenant: str) -> list[tuple[str, Any]]:
    items = metrics_table().query_all(f"{tenant}#outbox", most=100)
    events = [item["event"] for item in items if item["event"]["type"].startswith("alert.")]
    return [(e["type"], e["data"].get("transition") or e["data"].get("reason")) for e in events]


def test_a_metric_that_rises_and_falls_is_told_twice_however_often_it_is_looked_at(tenant: str) -> None:
    rules = AlertRules(metrics_table())
    rule = rules.create(tenant, condition(), "ada", None)
    for value in (50, 60, 5, 4):
        a_recorder().record(tenant, observed([value], "gauge"))
        for _ in range(3):
            look_at(rules, tenant, rules.read(tenant, rule.id))

    assert told(tenant) == [("alert.fired", 1), ("alert.resolved", 2)]
    standing = rules.read(tenant, rule.id).standing
    assert (standing.state, standing.value, standing.transitions) == (State.OK, 4.0, 2)
    assert standing.fired_at
    assert standing.resolved_at


def test_two_who_look_at_once_tell_once(tenant: str) -> None:
    rules = AlertRules(metrics_table())
    rule = rules.create(tenant, condition(), "ada", None)
    a_recorder().record(tenant, observed([50], "gauge"))

    assert [look_at(rules, tenant, rule), look_at(rules, tenant, rule)] == ["fired", None]
    assert told(tenant) == [("alert.fired", 1)]


@pytest.mark.parametrize(
    ("aggregate", "value"),
    [("sum", 60.0), ("count", 3.0), ("avg", 20.0), ("min", 10.0), ("max", 30.0), ("p50", 20.0)],
)
def test_each_aggregate_is_of_the_window(tenant: str, aggregate: str, value: float) -> None:
    rules = AlertRules(metrics_table())
    a_recorder().record(tenant, observed([1000], "timer", at=to_iso(datetime.now(UTC) - timedelta(minutes=20))))
    a_recorder().record(tenant, observed([10, 20, 30], "timer"))
    rule = rules.create(tenant, condition(aggregate=aggregate, threshold=1e9), "ada", None)
    look_at(rules, tenant, rule)

    assert rules.read(tenant, rule.id).standing.value == pytest.approx(value, rel=0.021)


def test_only_series_with_the_labels_are_watched(tenant: str) -> None:
    rules = AlertRules(metrics_table())
    a_recorder().record(tenant, observed([100], "gauge", region="eu") + observed([1], "gauge", region="us"))
    rule = rules.create(tenant, condition(labels={"region": "us"}), "ada", None)

    assert look_at(rules, tenant, rule) is None


def test_no_calls_are_none_a_minute_and_no_temperature_is_not_nought(tenant: str) -> None:
    rules = AlertRules(metrics_table())
    silent = rules.create(tenant, condition(aggregate="count", operator="less_than", threshold=1), "ada", None)
    cold = rules.create(tenant, condition(aggregate="avg", operator="less_than", threshold=1), "ada", None)

    assert look_at(rules, tenant, silent) == "fired"
    assert look_at(rules, tenant, cold) is None


@pytest.mark.parametrize("ending", ["disabled", "deleted"])
def test_a_rule_that_fires_and_ends_is_resolved(tenant: str, ending: str) -> None:
    rules = AlertRules(metrics_table())
    rule = rules.create(tenant, condition(), "ada", None)
    a_recorder().record(tenant, observed([50], "gauge"))
    look_at(rules, tenant, rule)
    if ending == "disabled":
        rules.replace(tenant, rule.id, condition(enabled=False), "ada")
    else:
        rules.delete(tenant, rule.id, "ada")

    assert told(tenant) == [("alert.fired", 1), ("alert.resolved", ending)]
    assert (tenant, rule.id) not in [(t, r.id) for some in rules.each_watched() for t, r in some]


def test_a_look_is_three_calls_at_most(tenant: str, aws_calls: list[str]) -> None:
    rules = AlertRules(metrics_table())
    rule = rules.create(tenant, condition(), "ada", None)
    a_recorder().record(tenant, observed([50], "gauge"))
    aws_calls.clear()
    look_at(rules, tenant, rule)

    assert aws_calls == ["Query", "Query", "TransactWriteItems"]


def test_the_same_key_makes_one_rule(tenant: str) -> None:
    rules, key = AlertRules(metrics_table()), IdempotencyKey(tenant, "POST /alerts", "k", "f")
    made = {rules.create(tenant, condition(), "ada", key).id for _ in range(3)}

    assert made == {"alert_1"}
    assert len(rules.read_all(tenant)) == 1


def test_there_are_fifty_rules_and_one_more_once_one_is_deleted(tenant: str) -> None:
    rules = AlertRules(metrics_table())
    for _ in range(50):
        rules.create(tenant, condition(), "ada", None)
    with pytest.raises(TooManyAlertRules):
        rules.create(tenant, condition(), "ada", None)
    rules.delete(tenant, "alert_3", "ada")

    rules.create(tenant, condition(), "ada", None)
    ids = [rule.id for rule in rules.read_all(tenant)]
    assert ids[:3] == ["alert_1", "alert_2", "alert_4"]
    assert len(ids) == 50


def test_another_tenants_rule_is_not_there(tenant: str) -> None:
    rules = AlertRules(metrics_table())
    rules.create(tenant, condition(), "ada", None)

    with pytest.raises(AlertRuleNotFound):
        rules.read(f"{tenant}x", "alert_1")


def test_a_rate_is_of_the_seconds_that_it_was_counted_over(tenant: str) -> None:
    """A window of a minute has the minute before and what has gone by of this one: up to two."""
    at = datetime.now(UTC).replace(second=59, microsecond=0)
    recorder = a_recorder()
    for back in range(0, 120, 10):
        recorder.record(tenant, observed([10], at=to_iso(at - timedelta(seconds=back))))
    rules = AlertRules(metrics_table())
    rule = rules.create(tenant, condition(aggregate="rate", window_minutes=1, threshold=1.5), "ada", None)

    assert look_at(rules, tenant, rule, at) is None
    assert rules.read(tenant, rule.id).standing.value == pytest.approx(1.0, rel=0.02)


def test_a_rule_that_was_switched_off_while_it_waited_waits_anew(tenant: str) -> None:
    rules = AlertRules(metrics_table())
    rule = rules.create(tenant, condition(for_minutes=10), "ada", None)
    a_recorder().record(tenant, observed([50], "gauge"))
    at = datetime.now(UTC)
    look_at(rules, tenant, rule, at - timedelta(minutes=30))
    assert rules.read(tenant, rule.id).standing.state is State.OK  # nothing was recorded by then
    look_at(rules, tenant, rules.read(tenant, rule.id), at)
    assert rules.read(tenant, rule.id).standing.state is State.PENDING
    rules.replace(tenant, rule.id, condition(for_minutes=10, enabled=False), "ada")
    again = rules.replace(tenant, rule.id, condition(for_minutes=10), "ada")

    assert again.standing.state is State.OK
    assert told(tenant) == []


@pytest.mark.parametrize("labels", [{"a": "x" * 500_000}, {"x" * 500_000: "a"}, {"no label": "a"}])
def test_a_rule_watches_labels_that_there_can_be(labels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="labels"):
        condition(labels=labels)


@pytest.mark.parametrize("ending", ["replace", "delete"])
def test_the_minutes_look_is_in_no_callers_way(tenant: str, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = AlertRules(metrics_table())
    rule = rules.create(tenant, condition(), "ada", None)
    a_recorder().record(tenant, observed([50], "gauge"))
    read, looked = AlertRules.read, []

    def read_before_the_look(self: AlertRules, *where: str) -> AlertRule:
        found = read(self, *where)
        if not looked:
            looked.append(look_at(self, tenant, found))
        return found

    monkeypatch.setattr(AlertRules, "read", read_before_the_look)
    if ending == "replace":
        assert rules.replace(tenant, rule.id, condition(threshold=20), "ada").standing.state is State.FIRING
    else:
        rules.delete(tenant, rule.id, "ada")
        assert told(tenant) == [("alert.fired", 1), ("alert.resolved", "deleted")]
