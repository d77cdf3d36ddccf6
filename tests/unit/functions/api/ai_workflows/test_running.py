"""An AI workflow is a run of the engine, and its card says what that run does."""

from typing import Any

import pytest

from docchain.runs.models import RunStatus
from functions.api.ai_workflows.handler import handler
from functions.api.workflows.handler import handler as workflows
from functions.listeners.ai_workflows.dependencies import follower
from tests.support.engine import Stage
from tests.support.rest import a_caller, a_context, call, rest_event
from tests.unit.functions.api.ai_workflows.conftest import BASE, Client


def test_the_frozen_requests_make_and_run_it(client: Client) -> None:
    identifier = client.made()
    assert identifier == "ai_workflow_1"
    shown = client("GET", f"/{identifier}")[1]
    assert (shown["status"], shown["progress"], shown["current_step"], shown["run_id"]) == ("pending", 0.0, 0, None)
    run = client.ended(identifier)
    assert list(run.seen) == ["analyze_input", "generate_content", "review_content"]
    assert run.seen["generate_content"].prompt == (
        "Generate content about AI automation\n\nKeep to these keywords where they fit: bees."
    )
    assert run.seen["review_content"].text == "generate_content says so"
    done = client("GET", f"/{identifier}")[1]
    assert (done["status"], done["progress"], done["current_step"], done["errors"]) == ("completed", 100.0, 3, [])
    result = done["results"]["generate_content"]
    assert (result["step_id"], result["step_name"], result["ai_task"], result["success"]) == (
        "generate_content",
        "Generate content",
        "generate_content",
        True,
    )
    assert result["result"]["text"] == "generate_content says so"
    assert [s["status"] for s in done["steps"]] == ["completed"] * 3
    assert done["steps"][0]["provider"] == "openai"


def test_execute_without_a_body_and_content_type_is_200(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    identifier = client.made()
    from functions.api.ai_workflows.dependencies import control
    from tests.unit.functions.api.ai_workflows.conftest import RunOfAi

    def ends(_: Any, tenant: str, run: Any, seconds: float) -> Any:
        assert seconds == 25
        return RunOfAi(Stage(tenant), [], started=run).run_to_end()

    monkeypatch.setattr(type(control()), "wait", ends)
    event = rest_event("POST", f"{BASE}/{identifier}/execute", None, a_caller(client.tenant))
    assert "content-type" not in event["headers"]
    answer = handler(event, a_context())
    assert answer["statusCode"] == 200
    stats = client("GET", "/stats")[1]
    assert (stats["completed_workflows"], stats["processing_queue_size"]) == (1, 0)
    assert '"status":"completed"' in answer["body"]


def test_it_is_a_workflow_of_the_engine_and_takes_no_number_of_users(client: Client) -> None:
    client.made()
    caller = a_caller(client.tenant)
    made = call(workflows, "POST", "/api/v3/workflows", {"name": "W"}, caller)[1]
    assert made["id"] == 1
    shown = call(workflows, "GET", "/api/v3/workflows/1000000001", None, caller)[1]
    assert (shown["name"], shown["tags"]) == ("Content Generation Workflow", ["ai_workflow"])
    run = client.begun("ai_workflow_1")
    assert call(workflows, "GET", f"/api/v3/workflows/runs/{run.id}", None, caller)[1]["workflow_id"] == 1000000001


def test_a_failed_step_fails_the_workflow(client: Client) -> None:
    identifier = client.made()
    client.ended(identifier, broken={"generate_content"})
    shown = client("GET", f"/{identifier}")[1]
    assert (shown["status"], shown["current_step"], shown["progress"]) == ("failed", 2, 33.3)
    assert shown["errors"] == ["generate_content: nobody answers"]
    failed = shown["results"]["generate_content"]
    assert (failed["success"], failed["error"]) == (False, "nobody answers")
    assert "result" not in failed
    assert "review_content" not in shown["results"]


def test_the_card_follows_the_bus_however_it_arrives(client: Client) -> None:
    identifier = client.made()
    run = client.ended(identifier)
    assert client("GET", "")[1][0]["status"] == "processing"
    client.heard(run.run)
    (card,) = client("GET", "")[1]
    assert (card["status"], card["progress"]) == ("completed", 100.0)
    stats = client("GET", "/stats")[1]
    assert (stats["total_workflows"], stats["completed_workflows"], stats["processing_queue_size"]) == (1, 1, 0)
    assert stats["workflows_by_type"]["content_generation"] == 1
    assert stats["ai_processing_time"] > 0
    assert stats["available_templates"] == 3
    took = stats["ai_processing_time"]
    client.heard(run.run)
    assert client("GET", "/stats")[1]["ai_processing_time"] == took


def test_it_says_which_kind_of_work_it_is_at(client: Client) -> None:
    identifier = client.made()
    run = client.begun(identifier)
    seen = []

    def looked(_: Any) -> Any:
        whole = follower().workflows.read(client.tenant, 1)
        follower().catch_up(client.tenant, whole)
        seen.append(client("GET", "?status=ai_analyzing")[1] + client("GET", "?status=ai_generating")[1])
        from docchain.steps.call import NodeResult

        return NodeResult(output={"text": "x"})

    stage = Stage(client.tenant)
    from dataclasses import replace

    world = replace(stage.world(looked), workers={"ai_analyze": looked, "ai_generate": looked})
    for node in ("analyze_input", "generate_content"):
        stage.perform_in(world, run, node)
    assert [(s[0]["status"], s[0]["current_step"]) for s in seen] == [("ai_analyzing", 1), ("ai_generating", 2)]


def test_two_do_not_run_it_at_once(client: Client) -> None:
    identifier = client.made()
    first = client("POST", f"/{identifier}/execute", {"wait_seconds": 0}, idempotency_key="k")
    again = client("POST", f"/{identifier}/execute", {"wait_seconds": 0}, idempotency_key="k")
    assert (first[0], again[0], first[1]["run_id"]) == (200, 200, again[1]["run_id"])
    status, body = client("POST", f"/{identifier}/execute", {"wait_seconds": 0})
    assert (status, body["error"]["code"]) == (409, "AI_WORKFLOW_BUSY")


def test_a_start_that_lost_the_race_leaves_no_run(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from docchain.ai_workflows.executing import Executor
    from functions.api.ai_workflows.dependencies import executor

    client.made()
    before = executor().workflows.read(client.tenant, 1)
    client.begun("ai_workflow_1")
    monkeypatch.setattr(Executor, "_published", lambda *_: 1)
    with pytest.raises(Exception, match="is at work"):
        executor().start(client.tenant, before, "ada")
    assert Stage(client.tenant).runs.table.get(f"{client.tenant}#run#2", "run") is None


def test_cancelling_stops_its_run(client: Client) -> None:
    identifier = client.made()
    run = client.begun(identifier)
    status, body = client("POST", f"/{identifier}/cancel")
    assert (status, body["status"], body["workflow_id"]) == (200, "cancelled", identifier)
    assert Stage(client.tenant).runs.read(client.tenant, run.id).status == RunStatus.CANCELLED
    assert client("GET", "/stats")[1]["cancelled_workflows"] == 1
    status, body = client("POST", f"/{identifier}/cancel")
    assert (status, body["error"]["code"]) == (409, "AI_WORKFLOW_NOT_CANCELLABLE")


def test_one_that_never_ran_is_cancelled_and_may_run_later(client: Client) -> None:
    identifier = client.made()
    assert client("POST", f"/{identifier}/cancel")[1]["status"] == "cancelled"
    client.ended(identifier)
    assert client("GET", f"/{identifier}")[1]["status"] == "completed"


def test_a_run_that_is_resumed_makes_its_workflow_work_again(client: Client) -> None:
    identifier = client.made()
    run = client.ended(identifier, broken={"generate_content"})
    client.heard(run.run)
    assert client("GET", "/stats")[1]["failed_workflows"] == 1
    status, _ = call(workflows, "POST", f"/api/v3/workflows/runs/{run.run.id}/resume", {}, a_caller(client.tenant))
    assert status == 200
    client.heard(run.run)
    stats = client("GET", "/stats")[1]
    assert (stats["failed_workflows"], stats["processing_queue_size"]) == (0, 1)


def test_a_document_is_processed_for_real(client: Client) -> None:
    data = {"document": "Invoice 7\n\nDue in May."}
    identifier = client.made(workflow_type="document_processing", template_name="document_processing", input_data=data)
    run = client.ended(identifier)
    assert run.seen["analyze_structure"].text == "Invoice 7\n\nDue in May."
    assert client("GET", f"/{identifier}")[1]["status"] == "completed"


def test_events_of_other_workflows_change_nothing(client: Client) -> None:
    from docchain.events.models import Event

    for workflow, run in ((7, 1), (1_000_000_099, 1)):
        data = {"workflow_id": workflow, "run_id": run, "node": "x"}
        follower().follow(Event(type="run.completed", tenant_id=client.tenant, subject="runs/1", data=data))
