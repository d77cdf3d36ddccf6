"""A schedule outlives the roles and the account of who made it: what it starts is asked for with those of today."""

from datetime import timedelta

import pytest

from docchain.runs.models import RunStatus
from functions.api.scheduler.handler import handler as scheduler
from functions.queues.schedule_fires.dependencies import World
from tests.support.rest import a_caller, call
from tests.support.schedules import Waiting, a_schedule, history, is_somebody, states, work_until
from tests.unit.schedules.test_targets import a_workflow, runs_of
from tests.unit.schedules.test_webhooks import HOOK, with_peer

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("roles", "is_active", "code"),
    [(("guest",), True, "FORBIDDEN"), (("admin",), False, "SCHEDULE_ASKER_GONE")],
)
def test_who_may_not_run_it_any_more_does_not_by_a_schedule(
    tenant: str, worker: World, waiting: Waiting, roles: tuple[str, ...], is_active: bool, code: str
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, target=target)
    is_somebody(tenant, 1, *roles, is_active=is_active)
    work_until(worker, waiting, waiting.clock.at + 5 * MINUTE)

    (fire,) = history(worker, tenant, schedule)
    assert (fire.state, fire.error and fire.error["code"]) == ("failed", code)
    assert runs_of(worker, tenant, target) == []
    assert worker.schedules.read(tenant, schedule.id).status == "failed"


def test_a_webhook_is_not_sent_again_for_who_lost_the_vault_meanwhile(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    peer = with_peer(waiting, 503)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, max_runs=1, target=HOOK)
    work_until(worker, waiting, waiting.clock.at + 60 * MINUTE)
    is_somebody(tenant, 1, "user")
    work_until(worker, waiting, waiting.clock.at + 60 * MINUTE)
    assert (len(peer.seen), states(worker, tenant, schedule)) == (1, ["failed"])


def test_a_run_by_hand_needs_the_rights_of_whoever_asks_for_it(tenant: str, worker: World, waiting: Waiting) -> None:
    hook = a_schedule(worker, waiting, tenant, target=HOOK)
    path = f"/api/v3/scheduler/schedules/{hook.id}/run"
    status, answer = call(scheduler, "POST", path, None, a_caller(tenant, user_id=2, roles=("user",)))
    assert (status, answer["error"]["details"]) == (403, {"scope": "vault:read"})
    assert history(worker, tenant, hook) == []


def test_a_run_by_hand_is_in_the_name_of_whoever_asks_and_its_refusal_leaves_the_schedule(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=86_400, target=target)
    path = f"/api/v3/scheduler/schedules/{schedule.id}/run"
    for active in (True, False):
        is_somebody(tenant, 2, "user", is_active=active)
        call(scheduler, "POST", path, None, a_caller(tenant, user_id=2, username="bob", roles=("user",)))
        (fire,) = [f for f in history(worker, tenant, schedule) if f.state == "claimed"]
        worker.starting.attend(tenant, schedule.id, fire.id)
        waiting.clock.move(1)
    (run,) = runs_of(worker, tenant, target)
    assert (run.started_by, run.status) == ("bob", RunStatus.RUNNING)
    assert states(worker, tenant, schedule) == ["running", "failed"]
    assert worker.schedules.read(tenant, schedule.id).status == "active"


def test_whoever_says_what_is_started_answers_for_it(tenant: str, worker: World, waiting: Waiting) -> None:
    target = a_workflow(tenant)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, max_runs=2, target=target)
    is_somebody(tenant, 2, "user")
    bob = a_caller(tenant, user_id=2, username="bob", roles=("user",))
    path = f"/api/v3/scheduler/schedules/{schedule.id}"
    assert call(scheduler, "PUT", path, {"name": "y"}, bob)[0] == 200
    work_until(worker, waiting, waiting.clock.at + MINUTE)
    assert call(scheduler, "PUT", path, {"target": target}, bob)[0] == 200
    work_until(worker, waiting, waiting.clock.at + MINUTE)
    assert [run.started_by for run in runs_of(worker, tenant, target)] == ["ada", "bob"]
    read = call(scheduler, "GET", path, None, bob)[1]
    assert read["created_by"] == "ada"
