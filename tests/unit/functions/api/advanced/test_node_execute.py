"""One node by itself over the real handler; its step is performed as Step Functions would."""

from typing import Any

import pytest

from docchain.runs.models import Run, RunStatus
from docchain.steps.call import NodeCall, NodeResult
from functions.api.advanced.handler import handler
from functions.api.workflows.handler import handler as workflows
from tests.support.engine import Stage
from tests.support.rest import a_caller, call

BASE = "/api/v3/workflows"
NODES = [
    {"name": "Read", "node_type": "document_template", "config": {"template": "{{ params.topic }}"}},
    {"name": "Ask", "node_type": "condition", "config": {"expression": "nodes.read.words > 0"}},
    {
        "name": "Write",
        "node_type": "document_template",
        "config": {"template": "About {{ nodes.read.text }} for {{ params.who }}"},
        "depends_on": ["ask:true", "read"],
    },
    {"name": "After", "node_type": "document_render"},
]


@pytest.fixture
def workflow(tenant: str) -> int:
    status, body = call(workflows, "POST", BASE, {"name": "W", "nodes": NODES}, a_caller(tenant))
    assert status == 200, body
    return int(body["id"])


@pytest.fixture
def attempt(tenant: str, workflow: int) -> Any:
    def tried(node_id: int, body: Any = None, **headers: str) -> tuple[int, Any]:
        path = f"/api/v3/advanced/workflows/{workflow}/nodes/{node_id}/execute"
        return call(handler, "POST", path, body, a_caller(tenant), headers)

    return tried


def template(node: NodeCall) -> NodeResult:
    return NodeResult(output={"text": node.config.template}, facts={"words": 1})


def a_finished_run(tenant: str, workflow: int, text: str) -> None:
    stage = Stage(tenant)
    started = call(workflows, "POST", f"{BASE}/{workflow}/execute", {"parameters": {"topic": text}}, a_caller(tenant))
    run = stage.runs.read(tenant, started[1]["id"])
    stage.perform(run, "read", template)


def performed(tenant: str, run_id: int, node: str) -> list[str]:
    """What the state machine would do, which is the whole of it; and which workers had something to do."""
    stage = Stage(tenant)
    run = stage.runs.read(tenant, run_id)
    definition = Stage(tenant).versions.read(tenant, run.workflow_id, run.version).definition
    for one in definition["nodes"]:
        stage.perform(run, one["key"], template)
    assert definition["nodes"][-1]["key"] == node
    stage.runs.end(tenant, run, RunStatus.COMPLETED)
    return stage.calls


def test_a_node_works_on_inputs_that_are_given(tenant: str, attempt: Any) -> None:
    body = {"parameters": {"who": "Ada"}, "inputs": {"read": {"text": "bees"}}, "wait_seconds": 0}
    status, view = attempt(3, body, **{"idempotency-key": "k"})
    assert (status, view["success"], view["error"]["code"]) == (200, False, "STILL_RUNNING")
    assert performed(tenant, view["run_id"], "write") == ["write"]
    done = attempt(3, body, **{"idempotency-key": "k"})[1]
    assert (done["success"], done["result"]["text"], done["status"]) == (True, "About bees for Ada", "completed")
    assert (done["run_id"], done["error"]) == (view["run_id"], None)
    assert done["timestamp"].endswith("Z")


def test_without_inputs_it_works_on_the_newest_run_that_has_them(tenant: str, workflow: int, attempt: Any) -> None:
    for text in ("bees", "wasps"):
        a_finished_run(tenant, workflow, text)
    call(workflows, "POST", f"{BASE}/{workflow}/execute", {"parameters": {"topic": "none yet"}}, a_caller(tenant))
    for order, text in (({}, "wasps"), ({"run_id": 1}, "bees")):
        run_id = attempt(3, {"parameters": {"who": "Eve"}, "wait_seconds": 0, **order})[1]["run_id"]
        assert performed(tenant, run_id, "write") == ["write"]
        assert Stage(tenant).record(_run(tenant, run_id), "write").output["text"] == f"About {text} for Eve"


def _run(tenant: str, run_id: int) -> Run:
    return Stage(tenant).runs.read(tenant, run_id)


def test_what_was_paid_before_is_not_paid_again(tenant: str, workflow: int, attempt: Any) -> None:
    a_finished_run(tenant, workflow, "bees")
    assert Stage(tenant).record(_run(tenant, 1), "read").cost_usd is not None
    run_id = attempt(3, {"wait_seconds": 0})[1]["run_id"]
    record = Stage(tenant).record(_run(tenant, run_id), "read")
    assert (record.cost_usd, record.usage, record.output) == (None, {}, {"text": "bees"})
    assert _run(tenant, run_id).trial == "write"


def test_a_trial_is_a_version_of_its_own_that_is_in_no_list(tenant: str, workflow: int, attempt: Any) -> None:
    one = attempt(1, {"wait_seconds": 0})[1]["run_id"]
    two = attempt(1, {"wait_seconds": 0})[1]["run_id"]
    assert _run(tenant, one).version == _run(tenant, two).version > 1_000_000
    caller = a_caller(tenant)
    assert call(workflows, "GET", f"{BASE}/{workflow}/versions", None, caller) == (200, [])
    assert call(workflows, "GET", f"{BASE}/{workflow}", None, caller)[1]["published_version"] is None
    status, shown = call(workflows, "GET", f"{BASE}/runs/{one}/nodes", None, caller)
    assert (status, [n["key"] for n in shown]) == (200, ["read"])


def test_inputs_that_no_run_has_are_named(attempt: Any) -> None:
    status, body = attempt(3, {"wait_seconds": 0})
    assert (status, body["error"]["code"]) == (422, "INPUTS_MISSING")
    assert body["error"]["details"] == [{"field": "inputs.read", "message": "is missing"}]


@pytest.mark.parametrize(
    ("node_id", "body", "status", "code"),
    [
        (2, None, 422, "NODE_NOT_RUNNABLE_ALONE"),
        (9, None, 404, "NODE_NOT_FOUND"),
        (3, {"inputs": {"after": {}}}, 422, "VALIDATION_ERROR"),
        (3, {"inputs": {"read": {"text": "x" * 20_000}}}, 422, "VALIDATION_ERROR"),
        (3, {"parameters": {"a-b": 1}, "inputs": {"read": {}}}, 422, "VALIDATION_ERROR"),
        (3, {"more": 1}, 422, "VALIDATION_ERROR"),
    ],
)
def test_what_cannot_be_tried_is_refused(attempt: Any, node_id: int, body: Any, status: int, code: str) -> None:
    answer = attempt(node_id, body)
    assert (answer[0], answer[1]["error"]["code"]) == (status, code)


def test_another_tenant_tries_nothing(tenant: str, workflow: int) -> None:
    path = f"/api/v3/advanced/workflows/{workflow}/nodes/1/execute"
    assert call(handler, "POST", path, None, a_caller(f"{tenant}x"))[0] == 404
    assert call(handler, "POST", path, None, a_caller(tenant, roles=("guest",)))[0] == 403
