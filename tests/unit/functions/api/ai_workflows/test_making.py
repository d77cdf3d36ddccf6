"""AI workflows are made, changed, listed and deleted together with the engine's."""

from typing import Any

import pytest

from functions.api.ai_workflows.handler import handler
from functions.api.workflows.handler import handler as workflows
from tests.support.engine import Stage
from tests.support.rest import a_caller, a_context, call, rest_event
from tests.unit.functions.api.ai_workflows.conftest import BASE, FROZEN, Client


def outbox(tenant: str) -> list[str]:
    return [i["event"]["type"] for i in Stage(tenant).workflows.table.query_all(f"{tenant}#outbox", most=100)]


def test_creating_tells_of_both_in_one_transaction(client: Client) -> None:
    status, body = client("POST", "", FROZEN)
    assert (status, body["workflow_id"], body["type"], body["status"]) == (
        200,
        "ai_workflow_1",
        "content_generation",
        "pending",
    )
    assert sorted(outbox(client.tenant)) == ["ai_workflow.created", "workflow.created"]


def test_the_same_key_makes_it_once(client: Client) -> None:
    one, two = (client("POST", "", FROZEN, idempotency_key="k")[1] for _ in range(2))
    assert one == two
    assert client("GET", "/stats")[1]["total_workflows"] == 1
    assert client("POST", "", {**FROZEN, "name": "other"}, idempotency_key="k")[0] == 409


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"workflow_type": "poetry"}, 422, "VALIDATION_ERROR"),
        ({"ai_provider": "skynet"}, 422, "VALIDATION_ERROR"),
        ({"input_data": {}}, 422, "VALIDATION_ERROR"),
        ({"input_data": {"text": "x" * 70_000}}, 413, "AI_INPUT_TOO_LARGE"),
        ({"template_name": "nothing"}, 404, "AI_TEMPLATE_NOT_FOUND"),
        ({"parameters": {"temperature": 9}}, 422, "AI_STEPS_INVALID"),
        ({"steps": [{"ai_task": "analyze_text", "parameters": {"analysis_type": "x"}}]}, 422, "AI_STEPS_INVALID"),
        ({"more": 1}, 422, "VALIDATION_ERROR"),
    ],
)
def test_what_is_wrong_is_refused(client: Client, change: dict[str, Any], status: int, code: str) -> None:
    answer = client("POST", "", {**FROZEN, **change})
    assert (answer[0], answer[1]["error"]["code"]) == (status, code)
    assert client("GET", "/stats")[1]["total_workflows"] == 0


def test_a_change_is_another_version_and_pending_again(client: Client) -> None:
    identifier = client.made()
    run = client.ended(identifier)
    client.heard(run.run)
    steps = [{"ai_task": "generate_summary", "name": "Short"}]
    status, shown = client("PUT", f"/{identifier}", {"steps": steps, "input_data": {"text": "Bees."}})
    assert (status, shown["status"], shown["run_id"], shown["template_name"]) == (200, "pending", None, None)
    assert [s["step_id"] for s in shown["steps"]] == ["short"]
    assert (shown["results"], shown["progress"]) == ({}, 0.0)
    assert client("GET", "/stats")[1]["completed_workflows"] == 0
    again = client.ended(identifier)
    assert (again.run.version, list(again.seen)) == (2, ["short"])
    assert client("GET", f"/{identifier}")[1]["status"] == "completed"


def test_a_new_name_leaves_results_as_they_are(client: Client) -> None:
    identifier = client.made()
    client.ended(identifier)
    status, shown = client("PUT", f"/{identifier}", {"name": "Other"})
    assert (status, shown["name"], shown["status"]) == (200, "Other", "completed")


def test_one_at_work_is_neither_changed_nor_deleted(client: Client) -> None:
    identifier = client.made()
    client.begun(identifier)
    for method, body in (("PUT", {"ai_provider": "local"}), ("DELETE", None)):
        status, answer = client(method, f"/{identifier}", body)
        assert (status, answer["error"]["code"]) == (409, "AI_WORKFLOW_BUSY")


def test_deleting_takes_it_out_of_all_lists(client: Client) -> None:
    identifier = client.made()
    assert client("DELETE", f"/{identifier}")[0] == 200
    assert client("GET", f"/{identifier}")[0] == 404
    assert client("GET", "")[1] == []
    assert client("GET", "/stats")[1]["total_workflows"] == 0
    caller = a_caller(client.tenant)
    assert call(workflows, "GET", "/api/v3/workflows", None, caller) == (200, [])
    assert {"ai_workflow.deleted", "workflow.deleted"} <= set(outbox(client.tenant))
    assert client.made() == "ai_workflow_2"


def test_one_whose_engine_workflow_is_gone_can_still_be_deleted(client: Client) -> None:
    identifier = client.made()
    assert call(workflows, "DELETE", "/api/v3/workflows/1000000001", None, a_caller(client.tenant))[0] == 200
    assert client("POST", f"/{identifier}/execute")[0] == 404
    assert client("DELETE", f"/{identifier}")[0] == 200


def test_lists_are_filtered_and_paged(client: Client) -> None:
    for number in range(3):
        client.made(name=f"W{number}")
    client.made(workflow_type="summarization", template_name=None, input_data={"text": "Bees."})
    client("POST", "/ai_workflow_2/cancel")
    assert [w["name"] for w in client("GET", "?workflow_type=content_generation")[1]] == ["W2", "W1", "W0"]
    assert [w["id"] for w in client("GET", "?status=cancelled")[1]] == ["ai_workflow_2"]
    assert client("GET", "?status=gone")[0] == 422
    event = rest_event("GET", f"{BASE}?workflow_type=content_generation&limit=2", None, a_caller(client.tenant))
    answer = handler(event, a_context())
    headers = {**answer.get("headers", {}), **{k: v[0] for k, v in answer.get("multiValueHeaders", {}).items()}}
    link = headers["link"]
    following = link.split(">")[0].lstrip("<")
    assert [w["name"] for w in call(handler, "GET", following, None, a_caller(client.tenant))[1]] == ["W0"]


def test_another_tenant_sees_and_does_nothing(client: Client, stranger: Client) -> None:
    identifier = client.made()
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/execute", None),
        ("POST", "/cancel", None),
        ("POST", "/rating", {"rating": 1}),
    ):
        assert stranger(method, f"/{identifier}{path}", body)[0] == 404
    assert stranger("GET", "")[1] == []
    assert client("GET", "/stats")[1]["pending_workflows"] == 1


@pytest.mark.parametrize("name", ["ai_workflow_", "ai_workflow_x", "7", "ai_workflow_٣", "workflow_1"])
def test_what_is_no_id_is_not_found(client: Client, name: str) -> None:
    from urllib.parse import quote

    assert client("GET", f"/{quote(name)}")[0] == 404


def test_a_guest_looks_and_changes_nothing(client: Client) -> None:
    identifier = client.made()
    guest = Client(client.tenant, roles=("guest",))
    assert guest("GET", f"/{identifier}")[0] == 200
    assert guest("POST", f"/{identifier}/execute")[0] == 403
    assert Client(client.tenant, roles=("user",))("POST", "/proposals/x/apply")[0] == 403
