"""Each event counts once, whatever the queue does."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from docchain.analytics.spending import read_spending
from docchain.analytics.workflow import read_days, read_hours
from docchain.costs.steps import own_cost_of_run
from docchain.events.models import Event
from docchain.storage.table import Table
from functions.queues.analytics.handler import handler
from functions.queues.analytics.run import count_events
from tests.support.rest import a_context

DAY = "2026-11-21"


@pytest.fixture
def table(aws_account: None) -> Table:
    return Table(boto3.client("dynamodb"), "runs")


def event(tenant: str, kind: str, at: str = f"{DAY}T09:30:00.000Z", **data: Any) -> Event:
    known = {"workflow_id": 3, "run_id": 7}
    return Event(type=kind, tenant_id=tenant, subject="runs/7", actor="ada", occurred_at=at, data={**known, **data})


def node(tenant: str, **data: Any) -> Event:
    return event(tenant, "node.completed", **{"node": "a", "cost_usd": 0.001, "milliseconds": 100, **data})


def test_events_that_come_again_late_and_in_one_batch_twice_count_once(tenant: str, table: Table) -> None:
    events = [node(tenant) for _ in range(130)] + [event(tenant, "run.started"), event(tenant, "run.completed")]

    assert count_events([*events, *events[:20]], table) == set()
    assert count_events(list(reversed(events)), table) == set()

    found = read_days(table, tenant, 3, DAY, DAY)
    assert found.nodes["a"].counts["completed"] == 130
    assert found.runs.counts["runs_started"] == found.runs.counts["runs_completed"] == 1
    assert found.runs.cost_usd == pytest.approx(0.13 + own_cost_of_run(), abs=1e-12)
    assert found.users["ada"].counts["runs_started"] == 1
    assert read_hours(table, tenant, 3, f"{DAY}T09", f"{DAY}T09").runs.counts["nodes_completed"] == 130


def test_a_batch_that_fails_in_the_middle_counts_the_rest_when_it_comes_again(
    tenant: str, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [node(tenant, node=f"n{i % 7}") for i in range(90)]
    transact, left = Table.transact, [1]

    def dying(self: Table, actions: Any, **options: Any) -> None:
        if not left:
            raise TooMuch("later")
        left.pop()
        transact(self, actions, **options)

    from docchain.storage.errors import TooMuchContention as TooMuch

    monkeypatch.setattr(Table, "transact", dying)
    assert count_events(events, table) == set(range(90))
    monkeypatch.undo()
    assert count_events(events, table) == set()

    assert sum(f.counts["completed"] for f in read_days(table, tenant, 3, DAY, DAY).nodes.values()) == 90


def test_an_event_of_yesterday_that_comes_today_counts_for_yesterday(tenant: str, table: Table) -> None:
    count_events([event(tenant, "run.completed", at="2026-11-20T23:59:59.999Z")], table)

    assert read_days(table, tenant, 3, DAY, DAY).ended == 0
    assert read_days(table, tenant, 3, "2026-11-20", "2026-11-20").ended == 1


def test_money_is_grouped_by_day_workflow_and_model(tenant: str, table: Table) -> None:
    paid = {"provider": "openai", "model": "gpt-4o", "input_tokens": 10, "output_tokens": 5}
    count_events([node(tenant, **paid), node(tenant, workflow_id=4), node(tenant, **paid)], table)

    by_day = read_spending(table, tenant, "day", DAY, DAY)
    by_workflow = read_spending(table, tenant, "workflow", DAY, DAY)
    by_model = read_spending(table, tenant, "model", DAY, DAY)

    assert by_day[DAY].cost_usd == 0.003
    assert {k: v.cost_usd for k, v in by_workflow.items()} == {"3": 0.002, "4": 0.001}
    assert by_model["openai/gpt-4o"].counts["input_tokens"] == 20
    assert by_model["openai/gpt-4o"].cost_usd == 0.002


def test_failures_are_counted_by_their_reason_and_slow_nodes_named(tenant: str, table: Table) -> None:
    failed = event(tenant, "node.failed", node="b", milliseconds=9_000, error={"code": "BUDGET_EXCEEDED"})
    ended = event(tenant, "run.failed", started_at=f"{DAY}T09:29:58.000Z", error={"code": "BUDGET_EXCEEDED"})
    odd = event(tenant, "run.interrupted", error={"code": "<script>"})
    count_events([node(tenant), failed, ended, odd, event(tenant, "run.completed")], table)

    found = read_days(table, tenant, 3, DAY, DAY)

    assert found.runs.reasons() == [("BUDGET_EXCEEDED", 1), ("OTHER", 1)]
    assert found.slowest() == ["b", "a"]
    assert found.success_rate == round(1 / 3, 4)
    assert found.runs.percentile(0.5) == pytest.approx(2_000, rel=0.02)


def test_another_tenants_figures_are_not_touched(tenant: str, table: Table) -> None:
    count_events([node(tenant), node(f"{tenant}x")], table)

    assert read_days(table, tenant, 3, DAY, DAY).nodes["a"].counts["completed"] == 1


def test_the_sample_message_is_read(table: Table) -> None:
    sample = json.loads(Path("events/queues/analytics.json").read_text())

    assert handler(sample, a_context()) == {"batchItemFailures": []}
