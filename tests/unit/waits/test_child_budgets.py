"""What a run may spend holds for all that it starts, at any depth, and is shared while they are at work."""

from typing import Any

import pytest

from docchain.costs.limits import Limit
from docchain.costs.money import to_pico, to_usd
from docchain.costs.steps import own_cost_of_run
from docchain.costs.worst_case import NOTHING_PAID, worst_case
from docchain.definitions.normalise import normalise
from docchain.errors import PermanentStepError
from docchain.runs.models import Run, RunStatus
from docchain.steps.call import NodeCall, NodeResult
from docchain.waits.repository import WaitRepository
from tests.support.waits import WaitingStage

STEPS = [
    {"name": f"n{i}", "key": f"n{i}", "node_type": "document_template", "config": {"template": "x"}} for i in "123"
]
OWN = own_cost_of_run()
# As a step of the stage's size is set aside. What it really takes is a tenth of it.
STEP = to_usd(worst_case(NOTHING_PAID, 512, "x86_64", 0))


def quick(_: NodeCall) -> NodeResult:
    return NodeResult(output={"text": "x"})


def a_parent(stage: WaitingStage, workflow_id: int, usd: float | None, **config: Any) -> Run:
    """``usd`` is beside its own start and end."""
    own = None if usd is None else usd + OWN
    limits = [] if own is None else [Limit(scope="run", usd=own, period="run")]
    sub = {
        "name": "Sub",
        "key": "sub",
        "node_type": "subworkflow",
        "config": {"workflow_id": workflow_id, "wait": True, **config},
    }
    return stage.started([sub, {**STEPS[0], "depends_on": []}], budget_usd=own, limits=limits)


def begun(stage: WaitingStage, parent: Run, token: str = "token") -> Run:
    stage.wait(parent, "sub", "subworkflow", token=token)
    wait = WaitRepository(stage.runs.table).find(stage.tenant, parent.id, "sub")
    assert wait
    return stage.runs.read(stage.tenant, wait.asked["run_id"], consistent=True)


def committed(stage: WaitingStage, run: Run) -> int:
    item = stage.runs.table.get(f"{stage.tenant}#run#{run.id}", "budget", consistent=True) or {}
    return int(item.get("committed", 0))


def refused(stage: WaitingStage, run: Run, node: str) -> dict[str, Any]:
    before = len(stage.calls)
    with pytest.raises(PermanentStepError):
        stage.perform(run, node, quick)
    assert len(stage.calls) == before, "the worker was not entered"
    error: dict[str, Any] = stage.record(run, node).error
    assert error["code"] == "BUDGET_EXCEEDED"
    return error


@pytest.fixture
def leaf(stage: WaitingStage) -> int:
    return stage.published(normalise(STEPS))


def test_what_a_child_costs_is_charged_to_its_parents_budget(stage: WaitingStage, leaf: int) -> None:
    parent = a_parent(stage, leaf, usd=1.0)
    child = begun(stage, parent)

    stage.perform(child, "n1", quick)

    assert committed(stage, parent) == to_pico(OWN) + to_pico(stage.record(child, "n1").cost_usd)


def test_a_child_stops_before_the_step_that_would_break_its_parents_budget(stage: WaitingStage, leaf: int) -> None:
    parent = a_parent(stage, leaf, usd=OWN + STEP * 1.05)
    child = begun(stage, parent)
    stage.perform(child, "n1", quick)

    error = refused(stage, child, "n2")

    assert error["details"]["run_id"] == parent.id
    assert f"The budget of run {parent.id} above" in error["message"]
    assert "budget.exceeded" in stage.event_types(child)
    assert committed(stage, parent) <= to_pico(OWN + STEP * 1.05)


def test_parent_and_child_share_what_there_is(stage: WaitingStage, leaf: int) -> None:
    parent = a_parent(stage, leaf, usd=OWN + STEP * 1.05)
    child = begun(stage, parent)
    stage.perform(child, "n1", quick)

    refused(stage, parent, "n1")


def test_one_that_is_not_waited_for_is_held_as_well(stage: WaitingStage, leaf: int) -> None:
    parent = a_parent(stage, leaf, usd=OWN + STEP / 2, wait=False)
    stage.wait(parent, "sub", "subworkflow")
    child = stage.runs.read(stage.tenant, stage.record(parent, "sub").output["run_id"], consistent=True)

    refused(stage, child, "n1")


def test_a_budget_holds_for_what_children_start(stage: WaitingStage, leaf: int) -> None:
    middle = stage.published(
        normalise([{"name": "Sub", "key": "sub", "node_type": "subworkflow", "config": {"workflow_id": leaf}}])
    )
    top = a_parent(stage, middle, usd=2 * OWN + STEP / 2)
    child = begun(stage, top)
    grandchild = begun(stage, child, token="second")
    assert committed(stage, top) == 2 * to_pico(OWN)

    assert refused(stage, grandchild, "n1")["details"]["run_id"] == top.id


def test_a_child_does_not_begin_where_there_is_no_room_for_its_start(stage: WaitingStage, leaf: int) -> None:
    parent = a_parent(stage, leaf, usd=OWN / 2)
    stage.wait(parent, "sub", "subworkflow")

    assert stage.record(parent, "sub").error["code"] == "BUDGET_EXCEEDED"
    assert stage.tokens.told["token"]["error"] == "PermanentStepError"
    assert committed(stage, parent) == 0


def test_a_second_delivery_charges_no_second_start(stage: WaitingStage, leaf: int) -> None:
    parent = a_parent(stage, leaf, usd=1.0)
    for token, attempt in (("token", 0), ("token", 0), ("second", 1)):
        stage.wait(parent, "sub", "subworkflow", token=token, attempt=attempt)

    assert committed(stage, parent) == to_pico(OWN)


def test_a_parent_that_is_resumed_with_more_resumes_its_child_with_that(stage: WaitingStage, leaf: int) -> None:
    parent = a_parent(stage, leaf, usd=OWN + STEP * 1.05)
    child = begun(stage, parent)
    stage.perform(child, "n1", quick)
    error = refused(stage, child, "n2")
    stage.ends(child, RunStatus.FAILED, error=error)
    stage.ends(parent, RunStatus.FAILED, error={"code": "SUBWORKFLOW_FAILED", "message": "no room"})

    assert stage.api("POST", f"/runs/{parent.id}/resume", {"budget_usd": 1.0})[0] == 200
    resumed = stage.runs.read(stage.tenant, parent.id, consistent=True)
    again = begun(stage, resumed, token="later")

    assert (again.id, again.generation) == (child.id, 1)
    assert [(limit.run_id, limit.usd) for limit in again.limits] == [(parent.id, 1.0)]
    stage.perform(again, "n2", quick)
    assert committed(stage, parent) > to_pico(OWN + stage.record(again, "n2").cost_usd)


def test_a_child_that_is_resumed_by_itself_stays_below_the_budget_of_its_parent(stage: WaitingStage, leaf: int) -> None:
    parent = a_parent(stage, leaf, usd=OWN + STEP / 2)
    child = begun(stage, parent)
    stage.ends(child, RunStatus.FAILED, error=refused(stage, child, "n1"))

    assert stage.api("POST", f"/runs/{child.id}/resume", {"budget_usd": 5.0})[0] == 200

    resumed = stage.runs.read(stage.tenant, child.id, consistent=True)
    assert (resumed.limits[0].run_id, resumed.limits[0].usd) == (None, 5.0)
    assert refused(stage, resumed, "n1")["details"]["run_id"] == parent.id


def test_a_run_without_a_budget_starts_children_without_one(stage: WaitingStage, leaf: int) -> None:
    child = begun(stage, a_parent(stage, leaf, usd=None))

    assert child.limits == []
