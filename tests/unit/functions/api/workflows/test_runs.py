"""Runs over the real handler. Step Functions is moto's: it keeps executions but does not run them."""

from typing import Any

import boto3
import pytest

from docchain.runs.models import Run, RunStatus
from functions.api.workflows.handler import handler
from tests.support.engine import Stage
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"
NODE = {"name": "Hello", "node_type": "document_template", "config": {"template": "hi {{ params.who }}"}}


@pytest.fixture
def api(tenant: str) -> Any:
    caller = a_caller(tenant)
    return lambda method, path, body=None, **headers: call(handler, method, path, body, caller, headers)


@pytest.fixture
def workflow(api: Any) -> int:
    return int(api("POST", BASE, {"name": "W", "nodes": [NODE]})[1]["id"])


def execution_of(tenant: str, run: dict[str, Any]) -> dict[str, Any]:
    client = boto3.client("stepfunctions")
    name = f"{tenant}-{run['id']}-{run['generation']}"
    for machine in client.list_state_machines()["stateMachines"]:
        for execution in client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]:
            if execution["name"] == name:
                return client.describe_execution(executionArn=execution["executionArn"])
    raise AssertionError(f"no execution {name}")


def ended(tenant: str, run_id: int, status: RunStatus) -> Run:
    runs = Stage(tenant).runs
    run = runs.read(tenant, run_id)
    runs.end(tenant, run, status, error={"code": "X", "message": "x"})
    return run


def test_execute_publishes_a_draft_and_starts_it_under_the_runs_name(api: Any, workflow: int, tenant: str) -> None:
    status, run = api("POST", f"{BASE}/{workflow}/execute", {"parameters": {"who": "Ada"}})
    assert (status, run["status"], run["version"], run["node_counts"]) == (200, "running", 1, {"pending": 1})
    assert execution_of(tenant, run)["status"] == "RUNNING"
    assert api("GET", f"{BASE}/{workflow}")[1]["published_version"] == 1


def test_execute_takes_no_body_at_all(api: Any, workflow: int) -> None:
    assert api("POST", f"{BASE}/{workflow}/execute")[0] == 200


def test_an_edit_runs_only_after_it_is_published(api: Any, workflow: int) -> None:
    api("POST", f"{BASE}/{workflow}/execute")
    api("POST", f"{BASE}/{workflow}/nodes", {**NODE, "name": "More"})
    assert api("POST", f"{BASE}/{workflow}/execute")[1]["version"] == 1
    assert api("POST", f"{BASE}/{workflow}/publish")[1]["version"] == 2
    assert api("POST", f"{BASE}/{workflow}/execute")[1]["version"] == 2
    assert api("POST", f"{BASE}/{workflow}/execute", {"version": 1})[1]["version"] == 1
    assert api("POST", f"{BASE}/{workflow}/execute", {"version": 9})[0] == 404
    assert [v["version"] for v in api("GET", f"{BASE}/{workflow}/versions")[1]] == [2, 1]


def test_publishing_twice_without_a_change_makes_one_version(api: Any, workflow: int) -> None:
    assert api("POST", f"{BASE}/{workflow}/publish") == api("POST", f"{BASE}/{workflow}/publish")


def test_the_same_idempotency_key_starts_one_run(api: Any, workflow: int) -> None:
    key = {"idempotency-key": "run-once"}
    first = api("POST", f"{BASE}/{workflow}/execute", {"parameters": {}}, **key)[1]
    again = api("POST", f"{BASE}/{workflow}/execute", {"parameters": {}}, **key)[1]
    assert again["id"] == first["id"]
    assert api("POST", f"{BASE}/{workflow}/execute", {"parameters": {"a": 1}}, **key)[0] == 409
    assert len(api("GET", f"{BASE}/{workflow}/runs")[1]) == 1


def test_a_paused_workflow_starts_no_run(api: Any, workflow: int) -> None:
    api("PUT", f"{BASE}/{workflow}", {"status": "active"})
    api("PUT", f"{BASE}/{workflow}", {"status": "paused"})
    assert api("POST", f"{BASE}/{workflow}/execute")[1]["error"]["code"] == "WORKFLOW_NOT_RUNNABLE"


def test_cancel_stops_the_execution_and_only_once(api: Any, workflow: int, tenant: str) -> None:
    run = api("POST", f"{BASE}/{workflow}/execute")[1]
    status, cancelled = api("POST", f"{BASE}/runs/{run['id']}/cancel", {"reason": "wrong file"})
    assert (status, cancelled["status"], cancelled["error"]["message"]) == (200, "cancelled", "wrong file")
    assert execution_of(tenant, run)["status"] == "ABORTED"
    assert api("POST", f"{BASE}/runs/{run['id']}/cancel")[1]["error"]["code"] == "RUN_HAS_ENDED"


def test_resume_starts_a_new_execution_of_a_failed_run(api: Any, workflow: int, tenant: str) -> None:
    run = api("POST", f"{BASE}/{workflow}/execute")[1]
    assert api("POST", f"{BASE}/runs/{run['id']}/resume")[1]["error"]["code"] == "RUN_NOT_RESUMABLE"
    ended(tenant, run["id"], RunStatus.FAILED)
    status, resumed = api("POST", f"{BASE}/runs/{run['id']}/resume")
    assert (status, resumed["status"], resumed["generation"], resumed["error"]) == (200, "running", 1, None)
    assert execution_of(tenant, resumed)["status"] == "RUNNING"


def test_another_tenant_finds_no_run(api: Any, workflow: int, tenant: str) -> None:
    run = api("POST", f"{BASE}/{workflow}/execute")[1]
    stranger = a_caller(f"{tenant}x")
    for method, path in [
        ("GET", ""),
        ("GET", "/nodes"),
        ("GET", "/events"),
        ("GET", "/graph"),
        ("GET", "/cost"),
        ("POST", "/cancel"),
        ("POST", "/resume"),
    ]:
        assert call(handler, method, f"{BASE}/runs/{run['id']}{path}", None, stranger)[0] == 404, path


@pytest.mark.parametrize(
    "body", [{"parameters": []}, {"parameters": {"a-b": 1}}, {"wait_seconds": 26}, {"version": 0}, {"who": 1}]
)
def test_a_bad_order_is_422_and_starts_nothing(api: Any, workflow: int, body: dict[str, Any]) -> None:
    assert api("POST", f"{BASE}/{workflow}/execute", body)[0] == 422
    assert api("GET", f"{BASE}/{workflow}/runs")[1] == []


def test_a_read_makes_at_most_three_calls_and_a_write_at_most_five(
    api: Any, workflow: int, aws_calls: list[str]
) -> None:
    run = api("POST", f"{BASE}/{workflow}/execute")[1]

    def cost(method: str, path: str, body: Any = None) -> int:
        aws_calls.clear()
        assert api(method, path, body)[0] == 200, path
        return len(aws_calls) + 1  # the door's own, by which calls are counted

    reads = ["", f"/{workflow}", f"/{workflow}/nodes", f"/{workflow}/runs", f"/{workflow}/versions"]
    reads += [f"/runs/{run['id']}{p}" for p in ("", "/nodes", "/events", "/graph", "/cost")]
    assert {path: n for path in reads if (n := cost("GET", BASE + path)) > 3} == {}
    writes = [("", {"name": "x"}), (f"/{workflow}/nodes", NODE), (f"/{workflow}/execute", None)]
    assert {path: n for path, body in writes if (n := cost("POST", BASE + path, body)) > 5} == {}
