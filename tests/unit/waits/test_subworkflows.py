"""A node runs another workflow: once, to its end, with what it made and what it cost."""

from typing import Any

import pytest

from docchain.costs.budgets import BudgetRepository, TenantBudget
from docchain.definitions.normalise import normalise
from docchain.runs import outputs
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus
from tests.support.waits import WaitingStage

CHILD = {"name": "Say", "key": "say", "node_type": "document_template", "config": {"template": "hi"}}


def a_parent(stage: WaitingStage, child_workflow: int, **config: Any) -> Run:
    known = {"workflow_id": child_workflow, "parameters": {"who": "{{ params.who }}"}, **config}
    return stage.started([{"name": "Sub", "key": "sub", "node_type": "subworkflow", "config": known}], {"who": "Ada"})


def a_child(stage: WaitingStage) -> int:
    return stage.published(normalise([CHILD]))


def child_of(stage: WaitingStage, run: Run) -> Run:
    (node,) = stage.api("GET", f"/runs/{run.id}/nodes")[1]
    return stage.runs.read(stage.tenant, node["waiting"]["run_id"], consistent=True)


def say(stage: WaitingStage, run: Run, text: str) -> None:
    stage.world(lambda _: None)  # type: ignore[arg-type,return-value]
    order = stage.order(run, "say")
    record = NodeRecord(
        key="say",
        node_id=1,
        node_type="document_template",
        effect_class="pure",
        status=NodeStatus.RUNNING,
        fence=0,
        claim_id="c",
        started_at=run.started_at,
        lease_until=0,
    )
    assert stage.records.claim(order, record, [])
    done = {"status": NodeStatus.COMPLETED, "output": {"text": text}}
    stage.records.complete(order, record.model_copy(update=done), [])


def test_the_child_runs_with_rendered_parameters_and_its_outputs_are_the_nodes(stage: WaitingStage) -> None:
    run = a_parent(stage, a_child(stage))
    stage.wait(run, "sub", "subworkflow")
    child = child_of(stage, run)
    assert (child.params, child.status, child.parent and child.parent.run_id) == ({"who": "Ada"}, "running", run.id)

    say(stage, child, "hello")
    stage.ends(child, cost_usd=0.25)

    record = stage.record(run, "sub")
    assert (record.status, record.output["outputs"]["say"]["text"], record.output["text"]) == (
        "completed",
        "hello",
        "hello",
    )
    assert record.cost_usd > 0.25  # its own work beside
    assert stage.tokens.told["token"]["facts"] == {"run_id": child.id, "status": "completed"}


def test_the_child_is_held_by_the_budgets_and_the_time_that_hold_for_any_run_of_its_workflow(
    stage: WaitingStage,
) -> None:
    child_workflow = stage.published(normalise([CHILD], timeout_seconds=90))
    BudgetRepository(stage.workflows.table).set_tenant(stage.tenant, TenantBudget(usd=5.0), "ada")
    run = a_parent(stage, child_workflow)

    stage.wait(run, "sub", "subworkflow")

    child = child_of(stage, run)
    assert [(limit.scope, limit.usd) for limit in child.limits] == [("tenant", 5.0)]
    assert child.timeout_seconds == 90


def test_a_second_delivery_and_a_retry_find_the_same_child(stage: WaitingStage) -> None:
    run = a_parent(stage, a_child(stage))
    for token, attempt in (("token", 0), ("token", 0), ("second", 1)):
        stage.wait(run, "sub", "subworkflow", token=token, attempt=attempt)
    child = child_of(stage, run)
    assert child.id == run.id + 1

    stage.ends(child)
    stage.hear(child)  # the same event again

    assert list(stage.tokens.told) == ["second"]


def test_a_childs_failure_is_the_nodes(stage: WaitingStage) -> None:
    run = a_parent(stage, a_child(stage))
    stage.wait(run, "sub", "subworkflow")
    child = child_of(stage, run)

    stage.ends(child, RunStatus.FAILED, error={"code": "X", "message": "paper jam"})

    assert stage.record(run, "sub").error["code"] == "SUBWORKFLOW_FAILED"
    assert "paper jam" in stage.tokens.told["token"]["cause"]


def test_a_child_whose_outputs_are_too_large_for_the_node_fails_it(
    stage: WaitingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_parent(stage, a_child(stage))
    stage.wait(run, "sub", "subworkflow")
    child = child_of(stage, run)
    say(stage, child, "hello")
    monkeypatch.setattr(outputs, "OUTPUT_INLINE_BYTES_MOST", 10)
    monkeypatch.setattr(outputs, "OUTPUT_BYTES_MOST", 10)

    stage.ends(child, cost_usd=0.25)

    record = stage.record(run, "sub")
    assert (record.status, record.error["code"]) == ("failed", "OUTPUT_TOO_LARGE")
    assert record.cost_usd > 0.25
    assert stage.tokens.told["token"]["error"] == "PermanentStepError"


def test_without_waiting_the_node_is_done_when_the_child_has_started(stage: WaitingStage) -> None:
    run = a_parent(stage, a_child(stage), wait=False)
    stage.wait(run, "sub", "subworkflow")

    record = stage.record(run, "sub")
    assert (record.status, record.output["status"]) == ("completed", "running")
    assert "token" in stage.tokens.told


def test_cancelling_the_parent_cancels_the_child(stage: WaitingStage) -> None:
    run = a_parent(stage, a_child(stage))
    stage.wait(run, "sub", "subworkflow")
    child = child_of(stage, run)

    stage.ends(run, RunStatus.CANCELLED)

    assert stage.runs.read(stage.tenant, child.id, consistent=True).status == RunStatus.CANCELLED


def test_a_workflow_does_not_run_itself_at_any_depth(stage: WaitingStage) -> None:
    run = stage.started([CHILD])
    node = {"name": "Sub", "key": "sub", "node_type": "subworkflow", "config": {"workflow_id": run.workflow_id + 1}}
    self_named = stage.started([node])
    assert self_named.workflow_id == run.workflow_id + 1
    stage.wait(self_named, "sub", "subworkflow")

    assert stage.record(self_named, "sub").error["code"] == "SUBWORKFLOW_REFUSED"
    assert stage.tokens.told["token"]["error"] == "PermanentStepError"


def test_a_workflow_that_runs_itself_is_not_published(stage: WaitingStage) -> None:
    made = stage.api("POST", "", {"name": "W"})[1]
    node = {"name": "Sub", "node_type": "subworkflow", "config": {"workflow_id": made["id"]}}
    stage.api("POST", f"/{made['id']}/nodes", node)

    status, error = stage.api("POST", f"/{made['id']}/publish")

    assert (status, error["error"]["details"][0]["code"]) == (422, "SUBWORKFLOW_RECURSION")


def test_subworkflows_stand_at_most_five_deep(stage: WaitingStage) -> None:
    leaf = a_child(stage)
    parent = {"run_id": 999, "node": "x", "workflows": [101, 102, 103, 104, 105]}
    config = {"workflow_id": leaf}
    run = stage.started([{"name": "Sub", "key": "sub", "node_type": "subworkflow", "config": config}], parent=parent)
    stage.wait(run, "sub", "subworkflow")

    assert "5 deep" in stage.record(run, "sub").error["message"]


def test_a_resumed_parent_hears_of_a_child_that_ended_meanwhile(stage: WaitingStage) -> None:
    run = a_parent(stage, a_child(stage))
    stage.wait(run, "sub", "subworkflow")
    child = child_of(stage, run)
    stage.ends(run, RunStatus.FAILED, error={"code": "X", "message": "another branch"})
    stage.ends(child)
    assert stage.tokens.told == {}

    resumed = stage.runs.begin_resume(stage.tenant, stage.runs.read(stage.tenant, run.id, consistent=True), "ada")
    stage.wait(resumed, "sub", "subworkflow", token="later")

    assert stage.tokens.told["later"]["facts"]["run_id"] == child.id
    assert stage.record(run, "sub").status == "completed"


def failed_by_its_child(stage: WaitingStage) -> tuple[Run, Run]:
    """The child, and the parent in its next generation."""
    run = a_parent(stage, a_child(stage))
    stage.wait(run, "sub", "subworkflow")
    child = child_of(stage, run)
    say(stage, child, "hello")
    stage.ends(child, RunStatus.FAILED, error={"code": "X", "message": "paper jam"})
    stage.ends(run, RunStatus.FAILED, error={"code": "SUBWORKFLOW_FAILED", "message": "paper jam"})
    return child, stage.runs.begin_resume(stage.tenant, stage.runs.read(stage.tenant, run.id, consistent=True), "ada")


def test_a_resumed_parent_resumes_the_child_that_failed_it_and_hears_of_its_end(stage: WaitingStage) -> None:
    child, resumed = failed_by_its_child(stage)

    for token, attempt in (("later", 0), ("latest", 1)):
        stage.wait(resumed, "sub", "subworkflow", token=token, attempt=attempt)

    again = child_of(stage, resumed)
    assert (again.id, again.status, again.generation) == (child.id, "running", 1)
    stage.ends(again)
    assert stage.record(resumed, "sub").output["outputs"]["say"]["text"] == "hello"
    assert stage.tokens.told["latest"]["facts"] == {"run_id": child.id, "status": "completed"}


def test_an_attempt_that_died_after_resuming_the_child_leaves_it_to_the_next(stage: WaitingStage) -> None:
    child, resumed = failed_by_its_child(stage)
    stage.runs.begin_resume(stage.tenant, stage.runs.read(stage.tenant, child.id, consistent=True), "ada")

    stage.wait(resumed, "sub", "subworkflow", token="later")

    assert (child_of(stage, resumed).id, child_of(stage, resumed).generation) == (child.id, 1)


def test_a_child_whose_effects_were_undone_is_not_gone_on_with(stage: WaitingStage) -> None:
    child, resumed = failed_by_its_child(stage)
    undone = {"compensated_at": child.started_at}
    stage.runs.table.update(f"{stage.tenant}#run#{child.id}", "run", set_=undone)

    stage.wait(resumed, "sub", "subworkflow", token="later")

    assert child_of(stage, resumed).id != child.id
