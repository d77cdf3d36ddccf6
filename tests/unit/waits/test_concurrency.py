"""So many runs at once, and no more: counted by places, started in order, and nothing lost when a process dies."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from docchain.runs.concurrency import LIMIT_DEFAULT, Slots
from docchain.runs.models import Run, RunStatus
from docchain.runs.queueing import start_queued
from tests.support.waits import WaitingStage

NODE = {"name": "Hello", "node_type": "document_template", "config": {"template": "hi"}}


def a_workflow(stage: WaitingStage, limit: int | None = None) -> int:
    config = {"max_concurrent_runs": limit} if limit else None
    made = stage.api("POST", "", {"name": "W", "nodes": [NODE], "config": config})[1]
    return int(made["id"])


def started(stage: WaitingStage, workflow: int) -> Run:
    status, view = stage.api("POST", f"/{workflow}/execute")
    assert status == 200
    return stage.runs.read(stage.tenant, view["id"], consistent=True)


def statuses(stage: WaitingStage, runs: list[Run]) -> list[str]:
    return [stage.runs.read(stage.tenant, r.id, consistent=True).status.value for r in runs]


def test_over_the_workflows_limit_runs_are_queued_and_start_in_order(stage: WaitingStage) -> None:
    workflow = a_workflow(stage, limit=1)
    runs = [started(stage, workflow) for _ in range(3)]
    assert statuses(stage, runs) == ["running", "queued", "queued"]

    stage.ends(runs[0])
    assert statuses(stage, runs) == ["completed", "running", "queued"]
    stage.hear(runs[0])  # the same event again frees no second place
    assert statuses(stage, runs) == ["completed", "running", "queued"]
    stage.ends(runs[1], RunStatus.FAILED, error={"code": "X", "message": "x"})
    assert statuses(stage, runs)[2] == "running"
    assert {"run.queued", "run.started"} <= set(stage.event_types(runs[2]))


def test_a_tenants_limit_holds_over_all_its_workflows(stage: WaitingStage) -> None:
    assert stage.api("PUT", "/limits", {"max_concurrent_runs": 2}, roles=("admin",))[0] == 200
    assert stage.api("PUT", "/limits", {"max_concurrent_runs": 9}, roles=("user",))[0] == 403
    runs = [started(stage, a_workflow(stage)) for _ in range(3)]

    assert statuses(stage, runs) == ["running", "running", "queued"]
    assert stage.api("GET", "/limits")[1] == {"running": 2, "max_concurrent_runs": 2}


def test_a_full_workflow_does_not_hold_up_the_others(stage: WaitingStage) -> None:
    full, free = a_workflow(stage, limit=1), a_workflow(stage)
    stage.api("PUT", "/limits", {"max_concurrent_runs": 2}, roles=("admin",))
    first, waits = started(stage, full), started(stage, full)
    second, other = started(stage, free), started(stage, free)
    assert statuses(stage, [first, waits, second, other]) == ["running", "queued", "running", "queued"]

    stage.ends(second)

    assert statuses(stage, [waits, other]) == ["queued", "running"]


def test_a_cancelled_run_leaves_the_queue_and_never_starts(stage: WaitingStage) -> None:
    workflow = a_workflow(stage, limit=1)
    runs = [started(stage, workflow) for _ in range(3)]

    assert stage.api("POST", f"/runs/{runs[1].id}/cancel")[1]["status"] == "cancelled"
    stage.ends(runs[0])

    assert statuses(stage, runs) == ["completed", "cancelled", "running"]


def test_an_end_that_nobody_heard_is_found_by_the_sweep(stage: WaitingStage) -> None:
    workflow = a_workflow(stage, limit=1)
    first, second = started(stage, workflow), started(stage, workflow)
    stage.runs.end(stage.tenant, first, RunStatus.COMPLETED)  # and the event is lost

    stage.sweep()

    assert statuses(stage, [first, second]) == ["completed", "running"]


def test_a_place_whose_run_was_never_written_is_free_after_two_looks(stage: WaitingStage) -> None:
    slots = Slots(stage.runs.table)
    workflow = a_workflow(stage, limit=1)
    slots.admit(stage.tenant, workflow, 1)  # and the process dies
    run = started(stage, workflow)
    assert run.status == RunStatus.QUEUED

    stage.sweep()
    assert statuses(stage, [run]) == ["queued"]  # it may be on its way
    stage.sweep()

    assert statuses(stage, [run]) == ["running"]


def test_a_process_that_dies_with_a_place_in_its_hand_takes_none_away(stage: WaitingStage) -> None:
    workflow = a_workflow(stage, limit=1)
    first, second = started(stage, workflow), started(stage, workflow)
    slots = Slots(stage.runs.table)
    stage.runs.end(stage.tenant, first, RunStatus.COMPLETED)
    slots.give_back(stage.tenant, stage.runs.read(stage.tenant, first.id, consistent=True))
    assert slots.take(stage.tenant, second)  # and it dies before the run is written as running

    stage.sweep()
    stage.sweep()

    assert statuses(stage, [second]) == ["running"]
    assert slots.standing(stage.tenant)[0] == 1


def test_a_resumed_run_keeps_its_place_while_the_end_of_its_last_life_is_heard_late(stage: WaitingStage) -> None:
    workflow = a_workflow(stage, limit=1)
    run = started(stage, workflow)
    stage.runs.end(stage.tenant, run, RunStatus.FAILED, error={"code": "X", "message": "x"})
    assert stage.api("POST", f"/runs/{run.id}/resume")[0] == 200
    waits = started(stage, workflow)
    assert waits.status == RunStatus.QUEUED

    stage.hear(run)

    assert statuses(stage, [run, waits]) == ["running", "queued"]


@pytest.mark.usefixtures("atomic_calls")
def test_two_who_start_queued_runs_at_once_start_no_more_than_there_are_places(stage: WaitingStage) -> None:
    workflow = a_workflow(stage, limit=2)
    runs = [started(stage, workflow) for _ in range(6)]
    for run in runs[:2]:
        stage.runs.end(stage.tenant, run, RunStatus.COMPLETED)
        Slots(stage.runs.table).give_back(stage.tenant, stage.runs.read(stage.tenant, run.id, consistent=True))

    def go(_: int) -> Any:
        return start_queued(stage.runs, Slots(stage.runs.table), stage.tokens, stage.tenant)  # type: ignore[arg-type]

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(go, range(4))) <= 2
    stage.sweep()
    stage.sweep()

    assert statuses(stage, runs)[2:].count("running") == 2


def test_the_limit_without_a_setting_is_a_thousand(stage: WaitingStage) -> None:
    assert stage.api("GET", "/limits")[1] == {"running": 0, "max_concurrent_runs": LIMIT_DEFAULT}
