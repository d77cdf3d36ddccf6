"""What schedules start: once, followed to its end, and what happens when the last one is still at work."""

from datetime import timedelta
from typing import Any

import pytest

from docchain.events.models import Event
from docchain.runs.models import Run, RunStatus
from docchain.schedules.counting import read_figures
from docchain.schedules.models import FireState, Schedule
from docchain.schedules.orders import Order
from functions.api.ai_workflows.handler import handler as ai_workflows
from functions.api.scheduler.handler import handler as scheduler
from functions.api.workflows.handler import handler as workflows
from functions.listeners.schedule_ends import run as ends
from functions.queues.schedule_fires.dependencies import World
from functions.queues.schedule_fires.run import look_after
from functions.schedules.missed_fires import run as sweep
from tests.support.rest import a_caller, call
from tests.support.schedules import Waiting, a_schedule, history, states, told, work_until

LETTER = {"name": "Letter", "node_type": "document_template", "config": {"template": "Dear {{ params.who }}"}}
MINUTE = timedelta(minutes=1)


def a_workflow(tenant: str) -> dict[str, Any]:
    """As a target."""
    body = {"name": "W", "nodes": [LETTER]}
    status, made = call(workflows, "POST", "/api/v3/workflows", body, a_caller(tenant))
    assert status == 200, made
    return {"type": "workflow", "workflow_id": made["id"], "parameters": {"who": "Ada"}}


def runs_of(worker: World, tenant: str, target: dict[str, Any]) -> list[Run]:
    """Oldest first."""
    found, _ = worker.starting.runs.control.runs.read_page(tenant, target["workflow_id"], limit=100, start_key=None)
    return found[::-1]


def ended(worker: World, tenant: str, run: Run, status: RunStatus = RunStatus.COMPLETED) -> None:
    """The event that the run's end sends over the bus."""
    data = {"workflow_id": run.workflow_id, "run_id": run.id}
    ends.run(Event(type=f"run.{status.value}", tenant_id=tenant, subject=f"runs/{run.id}", data=data))


def read(worker: World, tenant: str, schedule: Schedule) -> Schedule:
    return worker.schedules.read(tenant, schedule.id)


def test_a_workflow_is_run_with_its_parameters_and_its_end_is_told(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, max_runs=1, target=target)
    work_until(worker, waiting, waiting.clock.at + MINUTE)

    (run,) = runs_of(worker, tenant, target)
    assert (run.params, run.started_by) == ({"who": "Ada"}, "ada")
    (fire,) = history(worker, tenant, schedule)
    assert (fire.state, fire.started) == ("running", {"type": "run", "run_id": run.id})
    assert read(worker, tenant, schedule).open_fires == [fire.id]

    for _ in range(2):  # an event may come twice
        ended(worker, tenant, run)
    assert states(worker, tenant, schedule) == ["succeeded"]
    after = read(worker, tenant, schedule)
    assert (after.successful_runs, after.failed_runs, after.open_fires) == (1, 0, [])
    assert told(tenant) == ["schedule.created", "schedule.fired", "schedule.fire_succeeded"]


def test_the_end_of_a_run_that_no_schedule_started_is_one_read(
    tenant: str, worker: World, waiting: Waiting, aws_calls: list[str]
) -> None:
    aws_calls.clear()
    ends.run(Event(type="run.failed", tenant_id=tenant, subject="runs/7", data={"workflow_id": 1, "run_id": 7}))
    assert aws_calls == ["GetItem"]
    aws_calls.clear()
    ends.run(Event(type="task.failed", tenant_id=tenant, subject="tasks/7", data={"task_id": "7"}))
    assert aws_calls == []


def test_a_worker_that_dies_after_its_claim_starts_it_when_the_sweep_has_found_it(
    tenant: str, worker: World, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=600, target=target)
    waiting.clock.move(600)
    order = Order(tenant_id=tenant, schedule_id=schedule.id, sequence=1, due_at=schedule.due_at)
    with monkeypatch.context() as patch:
        patch.setattr(type(worker.starting), "start", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            look_after(order, worker)
    assert (states(worker, tenant, schedule), runs_of(worker, tenant, target)) == (["claimed"], [])
    look_after(order, worker)  # it comes again, and finds that the moment is over
    assert runs_of(worker, tenant, target) == []

    waiting.clock.move(100)
    sweep.run()
    work_until(worker, waiting, waiting.clock.at)
    assert len(runs_of(worker, tenant, target)) == 1
    assert states(worker, tenant, schedule) == ["running"]


def test_a_worker_that_dies_after_the_start_does_not_start_it_again(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=600, target=target)
    waiting.clock.move(600)
    claim = worker.firing.claim(tenant, schedule, stopped=False)
    assert claim is not None
    assert claim.fire is not None
    for _ in range(2):
        worker.starting.start(tenant, claim.schedule, claim.fire)
    assert len(runs_of(worker, tenant, target)) == 1


@pytest.mark.parametrize(
    ("policy", "expected", "runs"),
    [
        ("allow", ["running", "running", "running"], 3),
        ("skip", ["running", "skipped", "skipped"], 1),
        ("queue", ["running", "queued", "queued"], 1),
        ("cancel_previous", ["running", "running", "running"], 3),
    ],
)
def test_what_is_still_at_work_is_treated_by_policy(
    tenant: str, worker: World, waiting: Waiting, policy: str, expected: list[str], runs: int
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(
        worker, waiting, tenant, interval_seconds=60, max_runs=9, overlap_policy=policy, target=target
    )
    work_until(worker, waiting, waiting.clock.at + 3 * MINUTE)

    assert states(worker, tenant, schedule) == expected
    found = runs_of(worker, tenant, target)
    assert len(found) == runs
    cancelled = [r.status == RunStatus.CANCELLED for r in found]
    assert cancelled == ([True, True, False] if policy == "cancel_previous" else [False] * runs)
    after = read(worker, tenant, schedule)
    assert after.run_count == (1 if policy == "skip" else 3)
    assert after.skipped_runs == (2 if policy == "skip" else 0)


def test_what_a_dead_worker_was_to_cancel_is_cancelled_by_the_next(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    target = a_workflow(tenant)
    policy = {"overlap_policy": "cancel_previous", "interval_seconds": 600, "target": target}
    schedule = a_schedule(worker, waiting, tenant, **policy)
    work_until(worker, waiting, waiting.clock.at + 10 * MINUTE)
    waiting.clock.move(600)
    worker.firing.claim(tenant, read(worker, tenant, schedule), stopped=False)  # and there it dies
    waiting.clock.move(100)
    sweep.run()
    work_until(worker, waiting, waiting.clock.at)
    assert [r.status.value for r in runs_of(worker, tenant, target)] == ["cancelled", "running"]


def test_what_is_queued_starts_when_the_one_before_has_ended(tenant: str, worker: World, waiting: Waiting) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, overlap_policy="queue", target=target)
    work_until(worker, waiting, waiting.clock.at + 3 * MINUTE)
    for number in range(3):
        (*_, newest) = runs_of(worker, tenant, target)
        assert newest.id == number + 1
        ended(worker, tenant, newest, RunStatus.FAILED if number == 1 else RunStatus.COMPLETED)
        work_until(worker, waiting, waiting.clock.at)
    assert states(worker, tenant, schedule) == ["succeeded", "failed", "succeeded"]
    after = read(worker, tenant, schedule)
    assert (after.open_fires, after.queued_fires, after.successful_runs, after.failed_runs) == ([], [], 2, 1)


def test_a_run_that_takes_longer_than_the_timeout_is_cancelled(tenant: str, worker: World, waiting: Waiting) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, timeout=90, target=target)
    work_until(worker, waiting, waiting.clock.at + 60 * MINUTE)
    assert states(worker, tenant, schedule) == ["running"]
    waiting.clock.move(125)
    sweep.run()
    work_until(worker, waiting, waiting.clock.at)

    assert states(worker, tenant, schedule) == ["timed_out"]
    (run,) = runs_of(worker, tenant, target)
    assert run.status == RunStatus.CANCELLED
    ended(worker, tenant, run, RunStatus.CANCELLED)
    assert (states(worker, tenant, schedule), read(worker, tenant, schedule).failed_runs) == (["timed_out"], 1)


def test_a_worker_that_dies_when_the_time_is_over_leaves_nothing_at_work(
    tenant: str, worker: World, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, max_runs=1, timeout=90, target=target)
    work_until(worker, waiting, waiting.clock.at + 60 * MINUTE)
    waiting.clock.move(125)
    (fire,) = history(worker, tenant, schedule)
    (run,) = runs_of(worker, tenant, target)
    for member in ("settle", "cancel"):  # it dies before the one, or before the other
        with monkeypatch.context() as patch:
            dies_in = type(worker.starting.settling if member == "settle" else worker.starting.runs)
            patch.setattr(dies_in, member, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                worker.starting.attend(tenant, schedule.id, fire.id)
        assert states(worker, tenant, schedule) == ["running"]
    assert runs_of(worker, tenant, target)[0].status == RunStatus.CANCELLED
    ended(worker, tenant, run, RunStatus.CANCELLED)
    assert states(worker, tenant, schedule) == ["timed_out"]


def test_what_waits_in_the_queue_of_a_schedule_that_fails_is_not_forgotten(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(
        worker, waiting, tenant, interval_seconds=60, max_runs=3, overlap_policy="queue", target=target
    )
    work_until(worker, waiting, waiting.clock.at + 2 * MINUTE)
    (first, _) = history(worker, tenant, schedule)
    worker.starting.settling.settle(
        tenant, schedule.id, first.id, FireState.FAILED, {"code": "GONE", "message": ""}, for_good=True
    )
    work_until(worker, waiting, waiting.clock.at)
    assert read(worker, tenant, schedule).status == "failed"
    assert states(worker, tenant, schedule) == ["failed", "running"]
    assert len(runs_of(worker, tenant, target)) == 2


@pytest.mark.parametrize(("how", "code"), [("cancel", "SCHEDULE_CANCELLED"), ("stop", "SCHEDULER_STOPPED")])
def test_what_waits_in_the_queue_is_not_started_any_more_when_it_is_cancelled_or_stopped(
    tenant: str, worker: World, waiting: Waiting, how: str, code: str
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(
        worker, waiting, tenant, interval_seconds=60, max_runs=4, overlap_policy="queue", target=target
    )
    work_until(worker, waiting, waiting.clock.at + 3 * MINUTE)
    path = f"/schedules/{schedule.id}/cancel" if how == "cancel" else "/service/stop"
    assert call(scheduler, "POST", f"/api/v3/scheduler{path}", None, a_caller(tenant))[0] == 200
    (run,) = runs_of(worker, tenant, target)
    ended(worker, tenant, run)
    work_until(worker, waiting, waiting.clock.at)
    fires = history(worker, tenant, schedule)
    assert [fire.state.value for fire in fires] == ["succeeded", "cancelled", "cancelled"]
    assert {fire.error["code"] for fire in fires if fire.error} == {code}
    assert len(runs_of(worker, tenant, target)) == 1
    after = read(worker, tenant, schedule)
    assert (after.open_fires, after.queued_fires) == ([], [])


def test_what_waits_in_the_queue_of_a_schedule_that_is_deleted_is_counted_and_told(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, overlap_policy="queue", target=target)
    work_until(worker, waiting, waiting.clock.at + 3 * MINUTE)
    assert call(scheduler, "DELETE", f"/api/v3/scheduler/schedules/{schedule.id}", None, a_caller(tenant))[0] == 200
    assert states(worker, tenant, schedule) == ["running", "cancelled", "cancelled"]
    assert told(tenant).count("schedule.fire_failed") == 2
    ended(worker, tenant, runs_of(worker, tenant, target)[0])
    figures = read_figures(worker.schedules.table, tenant)
    assert (figures.total_runs, figures.successful_runs, figures.failed_runs, figures.running) == (3, 1, 2, 0)


def test_an_end_that_nobody_heard_of_is_found_within_the_hour(tenant: str, worker: World, waiting: Waiting) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=86_400, target=target)
    work_until(worker, waiting, waiting.clock.at + timedelta(days=1))
    (run,) = runs_of(worker, tenant, target)
    runs = worker.starting.runs.control.runs
    runs.cancel(tenant, run, "ada", None)
    waiting.clock.move(3_700)
    sweep.run()
    work_until(worker, waiting, waiting.clock.at)
    assert states(worker, tenant, schedule) == ["cancelled"]


def test_a_schedule_whose_workflow_is_gone_fails(tenant: str, worker: World, waiting: Waiting) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, target=target)
    call(workflows, "DELETE", f"/api/v3/workflows/{target['workflow_id']}", None, a_caller(tenant))
    work_until(worker, waiting, waiting.clock.at + 10 * MINUTE)

    (fire,) = history(worker, tenant, schedule)
    assert (fire.state, fire.error and fire.error["code"]) == ("failed", "WORKFLOW_NOT_FOUND")
    after = read(worker, tenant, schedule)
    assert (after.status, after.next_at, after.failed_runs) == ("failed", None, 1)
    assert told(tenant)[-2:] == ["schedule.fire_failed", "schedule.failed"]
    assert waiting.next_time() is None


def test_a_deleted_schedule_still_learns_how_its_last_run_ended(tenant: str, worker: World, waiting: Waiting) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, target=target)
    work_until(worker, waiting, waiting.clock.at + MINUTE)
    before = read(worker, tenant, schedule)
    event = Event(type="schedule.deleted", tenant_id=tenant, subject="s")
    worker.schedules.delete(tenant, before, event)
    (run,) = runs_of(worker, tenant, target)
    ended(worker, tenant, run)
    assert states(worker, tenant, schedule) == ["succeeded"]
    figures = read_figures(worker.schedules.table, tenant)
    assert (figures.total, figures.total_runs, figures.successful_runs, figures.running) == (0, 1, 1, 0)


def test_an_ai_workflow_is_started_once_under_the_fires_key(tenant: str, worker: World, waiting: Waiting) -> None:
    body = {"name": "A", "workflow_type": "summarization", "input_data": {"text": "One. Two. Three."}}
    status, made = call(ai_workflows, "POST", "/api/v3/ai-workflows", body, a_caller(tenant))
    assert status == 200, made
    workflow_id = made.get("workflow_id") or made["id"]
    target = {"type": "ai_workflow", "workflow_id": workflow_id}
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, target=target)
    waiting.clock.move(60)
    claim = worker.firing.claim(tenant, schedule, stopped=False)
    assert claim is not None
    assert claim.fire is not None
    for _ in range(2):
        worker.starting.start(tenant, claim.schedule, claim.fire)
    (fire,) = history(worker, tenant, schedule)
    assert (fire.state, fire.started) == ("running", {"type": "run", "run_id": 1})
    ended(worker, tenant, worker.starting.runs.control.runs.read(tenant, 1))
    assert states(worker, tenant, schedule) == ["succeeded"]


def test_a_task_is_asked_for_once_in_the_makers_name(tenant: str, worker: World, waiting: Waiting) -> None:
    target = {"type": "task", "task_type": "data_processing", "priority": "high"}
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=600, timeout=300, target=target)
    waiting.clock.move(600)
    claim = worker.firing.claim(tenant, schedule, stopped=False)
    assert claim is not None
    assert claim.fire is not None
    for _ in range(2):
        worker.starting.start(tenant, claim.schedule, claim.fire)
    (fire,) = history(worker, tenant, schedule)
    task = worker.starting.tasks.repository.read(tenant, fire.started["task_id"])
    assert (task.type, task.priority, task.actor, task.timeout_seconds) == ("data_processing", "high", "ada", 300)
    assert task.origin == f"schedule:{schedule.id}"

    data = {"task_id": task.id, "origin": task.origin}
    ends.run(Event(type="task.completed", tenant_id=tenant, subject="t", data=data))
    assert states(worker, tenant, schedule) == ["succeeded"]
