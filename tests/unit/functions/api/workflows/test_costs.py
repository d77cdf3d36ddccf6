"""Money and figures over the real handlers."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from docchain.costs.steps import own_cost_of_run
from docchain.events.models import Event
from docchain.storage.table import Table
from functions.api.advanced.handler import handler as advanced
from functions.api.workflows.handler import handler
from functions.queues.analytics.run import count_events
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"
NODES = [
    {"name": "Ask", "node_type": "ai_generate", "config": {"prompt": "Say {{ params.word }}", "max_tokens": 1000}},
    {"name": "Page", "node_type": "document_template", "config": {"template": "{{ nodes.ask.text }}"}},
]


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


@pytest.fixture
def workflow(api: Any) -> int:
    return int(api("POST", BASE, {"name": "W", "nodes": NODES})[1]["id"])


def ran(tenant: str, workflow_id: int, times: int, **data: Any) -> None:
    """So many runs, of which each asked gpt-4o once and wrote a page."""

    def event(kind: str, **told: Any) -> Event:
        known = {"workflow_id": workflow_id, "run_id": 1}
        return Event(type=kind, tenant_id=tenant, subject="runs/1", actor="ada", data={**known, **told})

    asked = {"node": "ask", "provider": "openai", "model": "gpt-4o", "input_tokens": 100, "output_tokens": 50}
    events = []
    for _ in range(times):
        events += [
            event("run.started"),
            event("node.completed", **{**asked, "cost_usd": 0.00075, "milliseconds": 1_000, **data}),
            event("node.completed", node="page", cost_usd=0.00004, milliseconds=20),
            event("run.completed", started_at=datetime.now(UTC).isoformat()),
        ]
    assert count_events(events, Table(boto3.client("dynamodb"), "runs")) == set()


def test_prices_say_when_and_where_they_were_read(api: Any) -> None:
    prices = api("GET", f"{BASE}/prices")[1]

    assert {m["provider"] for m in prices["models"]} == {"openai", "anthropic", "google", "bedrock"}
    assert all(p["as_of"] and p["source"].startswith("https://") for p in [*prices["services"], *prices["models"]])


def test_costs_add_up_over_workflow_day_and_model(api: Any, tenant: str, workflow: int) -> None:
    ran(tenant, workflow, 4)
    each = 0.00079 + own_cost_of_run()

    of_workflow = api("GET", f"{BASE}/{workflow}/costs")[1]
    by_day = api("GET", f"{BASE}/costs")[1]
    by_workflow = api("GET", f"{BASE}/costs?group_by=workflow")[1]
    by_model = api("GET", f"{BASE}/costs?group_by=model")[1]

    assert of_workflow["total_usd"] == pytest.approx(4 * each, abs=1e-12)
    assert {g["group"]: g["nodes"] for g in of_workflow["by_node"]} == {"ask": 4, "page": 4}
    assert by_day["total_usd"] == by_workflow["total_usd"] == of_workflow["total_usd"]
    assert [g["group"] for g in by_workflow["groups"]] == [str(workflow)]
    (model,) = by_model["groups"]
    assert (model["group"], model["input_tokens"], model["output_tokens"]) == ("openai/gpt-4o", 400, 200)


def test_a_stretch_must_make_sense(api: Any) -> None:
    for query in ("from=2026-02-01&to=2026-01-01", "from=2020-01-01&to=2026-01-01", "group_by=moon", "from=soon"):
        assert api("GET", f"{BASE}/costs?{query}")[0] == 422


def test_analytics_tell_of_runs_nodes_and_money(api: Any, tenant: str, workflow: int) -> None:
    ran(tenant, workflow, 3)

    told = api("GET", f"{BASE}/{workflow}/analytics")[1]

    assert told["runs"] == {"started": 3, "completed": 3, "failed": 0, "cancelled": 0, "interrupted": 0}
    assert told["success_rate"] == 1.0
    assert told["slowest_nodes"] == ["ask", "page"]
    assert told["nodes"][0]["duration_ms"]["p95"] == pytest.approx(1_000, rel=0.02)
    assert told["trend"][0]["runs"] == 3
    assert told["users"] == {"ada": 3}


@pytest.mark.parametrize("time_range", ["hour", "day", "week", "month", "quarter", "year"])
def test_the_contracts_analytics_of_a_workflow(api: Any, tenant: str, workflow: int, time_range: str) -> None:
    ran(tenant, workflow, 2)
    path = f"/api/v3/advanced/analytics/workflows/{workflow}?time_range={time_range}"

    status, told = call(advanced, "GET", path, None, a_caller(tenant))

    assert status == 200
    assert told["workflow_id"] == workflow
    assert told["execution_stats"]["total_executions"] == 2
    assert told["execution_stats"]["successful_executions"] == 2
    assert told["workflow_events"]["run.completed"] == 2
    assert told["total_events"] == 8
    assert told["start_time"] < told["end_time"]


def test_the_tenants_budget_is_set_by_an_administrator_and_seen_by_all(api: Any, tenant: str) -> None:
    user = a_caller(tenant, roles=("user",))

    assert api("GET", f"{BASE}/budgets")[1]["usd"] is None
    assert call(handler, "PUT", f"{BASE}/budgets", {"usd": 5}, user)[0] == 403
    status, told = api("PUT", f"{BASE}/budgets", {"usd": 5, "period": "day"})

    assert (status, told["usd"], told["period"], told["set_by"]) == (200, 5.0, "day", "ada")
    assert call(handler, "GET", f"{BASE}/budgets", None, user)[1]["usd"] == 5.0
    assert call(handler, "GET", f"{BASE}/budgets", None, a_caller(f"{tenant}x"))[1]["usd"] is None
    assert api("PUT", f"{BASE}/budgets", {"usd": None})[1]["usd"] is None
    assert api("PUT", f"{BASE}/budgets", {"usd": -1})[0] == 422


def test_a_run_knows_all_budgets_that_hold_for_it(
    api: Any, tenant: str, workflow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docchain.workflows.state_machines import StateMachines

    monkeypatch.setattr(StateMachines, "ensure", lambda *_: "arn:aws:states:us-east-1:123456789012:stateMachine:x")
    monkeypatch.setattr(StateMachines, "start", lambda *_: None)
    api("PUT", f"{BASE}/budgets", {"usd": 5})
    api("PUT", f"{BASE}/{workflow}", {"config": {"budget_usd": 2.5, "budget_period": "day"}})

    status, run = api("POST", f"{BASE}/{workflow}/execute", {"budget_usd": 0.01})

    assert (status, run["budget_usd"]) == (200, 0.01)
    item = _run(tenant, run["id"])
    assert [(limit["scope"], limit["usd"]) for limit in item["limits"]] == [
        ("run", 0.01),
        ("workflow", 2.5),
        ("tenant", 5.0),
    ]
    assert api("POST", f"{BASE}/{workflow}/execute", {"budget_usd": 0})[0] == 422
    assert api("PUT", f"{BASE}/{workflow}", {"config": {"budget_usd": "much"}})[0] == 422


def test_an_estimate_before_the_first_run_rests_on_texts_and_limits(api: Any, workflow: int) -> None:
    told = api("POST", f"{BASE}/{workflow}/estimate", {"runs": 1000, "params": {"word": "hello"}})[1]

    ask, page = told["nodes"]
    assert told["cost_usd"]["expected"] == pytest.approx(1000 * told["per_run_usd"]["expected"])
    assert ask["cost_usd"]["low"] < ask["cost_usd"]["expected"] < ask["cost_usd"]["high"]
    # gpt-5-mini: at most a thousand tokens at two dollars a million, and little besides.
    assert 0.002 < ask["cost_usd"]["high"] < 0.0025
    assert "prompt of about" in ask["basis"]
    assert page["cost_usd"]["expected"] < 0.0001


def test_an_estimate_names_a_model_without_a_price(api: Any, workflow: int) -> None:
    told = api("POST", f"{BASE}/{workflow}/estimate", {"model": "openai/gpt-99"})[1]

    assert told["unpriced"] == ["openai/gpt-99"]


def test_an_estimate_of_what_has_run_rests_on_its_history(api: Any, tenant: str, workflow: int) -> None:
    ran(tenant, workflow, 5)

    told = api("POST", f"{BASE}/{workflow}/estimate", {"runs": 10})[1]

    assert told["cost_usd"]["expected"] == pytest.approx(10 * (0.00079 + own_cost_of_run()), rel=1e-6)
    assert told["nodes"][0]["basis"].startswith("history: 5 executions in 5 runs")
    other = api("POST", f"{BASE}/{workflow}/estimate", {"model": "anthropic/claude-haiku-4-5"})[1]
    assert other["nodes"][0]["basis"].startswith("prompt")


def test_another_tenant_finds_nothing(workflow: int, tenant: str) -> None:
    stranger = a_caller(f"{tenant}x")
    for method, path in (("GET", "costs"), ("GET", "analytics"), ("POST", "estimate")):
        assert call(handler, method, f"{BASE}/{workflow}/{path}", None, stranger)[0] == 404
    assert call(advanced, "GET", f"/api/v3/advanced/analytics/workflows/{workflow}", None, stranger)[0] == 404


def _run(tenant: str, run_id: int) -> dict[str, Any]:
    from functions.api.workflows.dependencies import runs

    return runs().table.get(f"{tenant}#run#{run_id}", "run", consistent=True) or {}
