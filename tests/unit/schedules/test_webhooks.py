"""Webhooks as targets: handed over to their own queue, made once, signed, tried again, and given up in the end."""

import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from docchain.encryption.errors import AlgorithmNotConfigured
from docchain.outbound.client import Answer, Request
from docchain.outbound.errors import PeerSilent
from docchain.schedules.handing_over import Call
from docchain.schedules.models import Schedule
from docchain.schedules.settling import Settling
from docchain.schedules.targets import WebhookTarget
from functions.api.scheduler.handler import handler as scheduler
from functions.queues.schedule_fires.dependencies import World
from functions.queues.schedule_webhooks.dependencies import World as CallerWorld
from functions.queues.schedule_webhooks.dependencies import world
from functions.queues.schedule_webhooks.run import deliver
from functions.schedules.missed_fires import run as sweep
from tests.support.rest import a_caller, call
from tests.support.schedules import Waiting, a_schedule, history, is_somebody, states, work_until

MINUTE = timedelta(minutes=1)


@dataclass
class Peer:
    """Answers what it is told to, one after the other."""

    answers: list[int | Exception]
    seen: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        self.seen.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return Answer(answer, {}, b"", request.url)


def with_peer(waiting: Waiting, *answers: int | Exception) -> Peer:
    """From now on calls are made, and this answers them."""
    peer = Peer(list(answers))
    waiting.caller = a_caller_of(waiting, client=peer, find_secret=lambda *_: "s3cret")
    return peer


def a_caller_of(waiting: Waiting, **parts: Any) -> Callable[[Call], None]:
    """The worker of webhooks, whose orders wait with all others."""
    real, orders = world(), waiting.orders()
    settling = Settling(real.schedules, orders)
    webhooks = replace(real.webhooks, orders=orders, settling=settling, **parts)
    caller = CallerWorld(real.schedules, settling, webhooks)
    return lambda call: deliver(call, caller)


HOOK = {"type": "webhook", "url": "https://example.com/hook", "secret": "hook", "body": {"a": 1}, "attempts": 3}


def test_a_webhook_is_a_signed_post_of_what_the_schedule_says(tenant: str, worker: World, waiting: Waiting) -> None:
    peer = with_peer(waiting, 204)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, max_runs=1, target=HOOK, metadata={"m": 1})
    work_until(worker, waiting, waiting.clock.at + MINUTE)

    (request,) = peer.seen
    expected = hmac.new(b"s3cret", request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Signature-256"] == f"sha256={expected}"
    said = json.loads(request.body)
    (fire,) = history(worker, tenant, schedule)
    assert (said["schedule_id"], said["fire_id"], said["body"], said["metadata"], said["attempt"]) == (
        schedule.id,
        fire.id,
        {"a": 1},
        {"m": 1},
        1,
    )
    assert request.headers["Idempotency-Key"] == f"{schedule.id}:{fire.id}"
    assert fire.state == "succeeded"
    assert "s3cret" not in json.dumps(worker.schedules.read_history(tenant, schedule.id, limit=9, start_key=None).items)


def test_a_webhook_is_tried_again_with_growing_pauses(tenant: str, worker: World, waiting: Waiting) -> None:
    peer = with_peer(waiting, PeerSilent("hung up"), 503, 200)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, max_runs=1, target=HOOK)
    begin = waiting.clock.at + 60 * MINUTE
    work_until(worker, waiting, begin)
    assert (len(peer.seen), states(worker, tenant, schedule)) == (1, ["running"])
    work_until(worker, waiting, begin + timedelta(seconds=14))
    assert len(peer.seen) == 2
    work_until(worker, waiting, begin + timedelta(seconds=15))
    assert (len(peer.seen), states(worker, tenant, schedule)) == (3, ["succeeded"])


@pytest.mark.parametrize(("answers", "tries"), [((404,), 1), ((500, 500, 500), 3)])
def test_a_webhook_that_is_refused_or_fails_for_good_is_a_failure(
    tenant: str, worker: World, waiting: Waiting, answers: tuple[int, ...], tries: int
) -> None:
    peer = with_peer(waiting, *answers)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, max_runs=1, target=HOOK)
    work_until(worker, waiting, waiting.clock.at + 90 * MINUTE)
    (fire,) = history(worker, tenant, schedule)
    assert (len(peer.seen), fire.state) == (tries, "failed")
    assert fire.error == {
        "code": "UNEXPECTED_STATUS",
        "message": f"The peer answered {answers[0]}.",
        "status": answers[0],
    }


@pytest.mark.parametrize("status", [501, 520])
def test_every_answer_that_says_the_peer_is_at_fault_is_tried_again(
    tenant: str, worker: World, waiting: Waiting, status: int
) -> None:
    peer = with_peer(waiting, status, 200)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, max_runs=1, target=HOOK)
    work_until(worker, waiting, waiting.clock.at + 61 * MINUTE)
    assert (len(peer.seen), states(worker, tenant, schedule)) == (2, ["succeeded"])


def test_a_secret_of_a_header_that_is_gone_ends_the_fire(tenant: str, worker: World, waiting: Waiting) -> None:
    peer, found = Peer([200]), {"hook": "s3cret"}
    waiting.caller = a_caller_of(waiting, client=peer, find_secret=lambda _, name: found.get(name))
    target = {**HOOK, "headers": {"Authorization": "Bearer vault:gone"}}
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, max_runs=1, target=target)
    work_until(worker, waiting, waiting.clock.at + 60 * MINUTE)
    (fire,) = history(worker, tenant, schedule)
    assert (peer.seen, fire.state, fire.error and fire.error["code"]) == ([], "failed", "SECRET_NOT_FOUND")


def test_a_secret_that_this_stage_cannot_open_ends_the_fire(tenant: str, worker: World, waiting: Waiting) -> None:
    def refused(*_: str) -> str:
        raise AlgorithmNotConfigured("rsa4096")

    waiting.caller = a_caller_of(waiting, client=Peer([200]), find_secret=refused)
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, max_runs=1, target=HOOK)
    work_until(worker, waiting, waiting.clock.at + 60 * MINUTE)
    (fire,) = history(worker, tenant, schedule)
    assert (fire.state, fire.error and fire.error["code"]) == ("failed", AlgorithmNotConfigured.code)


def test_a_webhook_whose_worker_dies_every_time_is_given_up(tenant: str, worker: World, waiting: Waiting) -> None:
    peer = with_peer(waiting, *[KeyboardInterrupt()] * 9)  # type: ignore[list-item]
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=3600, max_runs=1, target=HOOK)
    waiting.clock.move(3600)
    claim = worker.firing.claim(tenant, schedule, stopped=False)
    assert claim is not None
    assert claim.fire is not None
    for _ in range(5):
        worker.starting.attend(tenant, schedule.id, claim.fire.id)
        with suppress(KeyboardInterrupt):
            waiting.make_calls()
        waiting.clock.move(1200)
    (fire,) = history(worker, tenant, schedule)
    assert (len(peer.seen), fire.state, fire.error and fire.error["code"]) == (3, "failed", "NOT_DELIVERED")


def test_an_address_inside_is_never_called(tenant: str, worker: World, waiting: Waiting) -> None:
    """By the guarded client itself: a name may point elsewhere than when the schedule was made."""
    client = replace(world().webhooks.client, resolve=lambda *_: ["169.254.169.254"])
    waiting.caller = a_caller_of(waiting, client=client, find_secret=lambda *_: "s3cret")
    target = {**HOOK, "url": "https://example.com/latest"}
    schedule = a_schedule(worker, waiting, tenant, interval_seconds=60, max_runs=1, target=target)
    work_until(worker, waiting, waiting.clock.at + MINUTE)
    (fire,) = history(worker, tenant, schedule)
    assert (fire.state, fire.error and fire.error["code"]) == ("failed", "ADDRESS_REFUSED")


def handed_over(worker: World, waiting: Waiting, tenant: str, **fields: Any) -> tuple[Schedule, Call]:
    """A webhook that was due ten minutes after now, while no caller is free."""
    fields = {"max_runs": 1, "target": HOOK, **fields}
    schedule = a_schedule(worker, waiting, tenant, **fields)
    work_until(worker, waiting, waiting.clock.at + 10 * MINUTE)
    return schedule, waiting.calls[-1]


def swept(worker: World, waiting: Waiting, tenant: str) -> None:
    sweep.run()
    # Those of other tests' tenants as well.
    waiting.messages = [m for m in waiting.messages if json.loads(m[2])["tenant_id"] == tenant]
    work_until(worker, waiting, waiting.clock.at)


def test_a_call_that_waits_is_handed_over_again_every_ten_minutes_and_made_once(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    schedule, waits = handed_over(worker, waiting, tenant)
    handed = []
    for _ in range(25):
        waiting.clock.move(60)
        swept(worker, waiting, tenant)
        handed.append(len(waiting.calls))
    assert (handed[9], handed[11], handed[-1], waiting.calls) == (1, 2, 3, [waits] * 3)
    assert states(worker, tenant, schedule) == ["claimed"]
    peer = with_peer(waiting, 204)
    waiting.make_calls()
    assert (len(peer.seen), states(worker, tenant, schedule)) == (1, ["succeeded"])


def test_a_worker_that_dies_as_it_hands_over_does_so_again(
    tenant: str, worker: World, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = a_schedule(worker, waiting, tenant, max_runs=1, target=HOOK)
    waiting.clock.move(600)
    claim = worker.firing.claim(tenant, schedule, stopped=False)
    assert claim is not None
    assert claim.fire is not None
    with monkeypatch.context() as patch:
        patch.setattr(type(worker.schedules), "change_fire", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            worker.starting.start(tenant, claim.schedule, claim.fire)
    waiting.clock.move(100)
    swept(worker, waiting, tenant)
    assert len(waiting.calls) == 2
    peer = with_peer(waiting, 204)
    waiting.make_calls()
    assert (len(peer.seen), states(worker, tenant, schedule)) == (1, ["succeeded"])


def test_a_call_that_is_faster_than_the_note_of_it_is_not_undone(
    tenant: str, worker: World, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = with_peer(waiting, 503, 204)
    send = waiting.send_message

    def send_and_call(**asked: Any) -> None:
        send(**asked)
        waiting.make_calls()

    monkeypatch.setattr(waiting, "send_message", send_and_call)
    schedule = a_schedule(worker, waiting, tenant, max_runs=1, target=HOOK)
    work_until(worker, waiting, waiting.clock.at + 11 * MINUTE)
    (fire,) = history(worker, tenant, schedule)
    assert (len(peer.seen), fire.attempts, fire.state) == (2, 2, "succeeded")


def test_of_two_callers_that_read_the_same_one_calls(tenant: str, worker: World, waiting: Waiting) -> None:
    schedule, _ = handed_over(worker, waiting, tenant)
    peer = Peer([503, 503])
    webhooks = replace(world().webhooks, orders=waiting.orders(), client=peer, find_secret=lambda *_: "s3cret")  # type: ignore[arg-type]
    (fire,) = history(worker, tenant, schedule)
    target = schedule.definition.target
    assert isinstance(target, WebhookTarget)
    for _ in range(2):
        webhooks.deliver(tenant, schedule, fire, target)
    assert len(peer.seen) == 1


def test_a_call_that_comes_again_in_the_pause_is_not_the_next_attempt(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    _, first = handed_over(worker, waiting, tenant)
    peer = with_peer(waiting, 503)
    waiting.calls *= 2
    waiting.make_calls()
    assert (first.tries, len(peer.seen)) == (0, 1)


def test_what_no_caller_was_free_for_is_given_up_after_an_hour(tenant: str, worker: World, waiting: Waiting) -> None:
    schedule, _ = handed_over(worker, waiting, tenant)
    for _ in range(75):
        waiting.clock.move(60)
        swept(worker, waiting, tenant)
    (fire,) = history(worker, tenant, schedule)
    assert (fire.state, fire.error and fire.error["code"]) == ("failed", "NOT_STARTED")
    peer = with_peer(waiting)
    waiting.make_calls()
    assert (peer.seen, states(worker, tenant, schedule)) == ([], ["failed"])


def test_a_next_attempt_that_no_caller_was_free_for_is_given_up_as_well(
    tenant: str, worker: World, waiting: Waiting
) -> None:
    schedule, _ = handed_over(worker, waiting, tenant)
    peer = with_peer(waiting, 503)
    waiting.make_calls()
    waiting.caller = None
    for _ in range(75):
        waiting.clock.move(60)
        swept(worker, waiting, tenant)
    (fire,) = history(worker, tenant, schedule)
    assert (len(peer.seen), fire.state, fire.error and fire.error["code"]) == (1, "failed", "NOT_DELIVERED")


@pytest.mark.parametrize("how", ["rights", "timeout"])
def test_what_speaks_against_a_call_while_it_waits_is_heard(
    tenant: str, worker: World, waiting: Waiting, how: str
) -> None:
    schedule, _ = handed_over(worker, waiting, tenant, timeout=120 if how == "timeout" else None)
    peer = with_peer(waiting, 503)
    waiting.make_calls()
    waiting.caller = None
    work_until(worker, waiting, waiting.clock.at + MINUTE)
    assert [waits.tries for waits in waiting.calls] == [1]
    if how == "rights":
        is_somebody(tenant, 1, "user")
    waiting.clock.move(100 if how == "timeout" else 640)
    swept(worker, waiting, tenant)
    assert states(worker, tenant, schedule) == ["timed_out" if how == "timeout" else "failed"]
    with_peer(waiting)
    waiting.make_calls()
    assert len(peer.seen) == 1


@pytest.mark.parametrize("how", ["deleted", "changed"])
def test_a_call_whose_address_is_gone_ends_its_fire(tenant: str, worker: World, waiting: Waiting, how: str) -> None:
    schedule, _ = handed_over(worker, waiting, tenant, max_runs=None)
    path = f"/api/v3/scheduler/schedules/{schedule.id}"
    if how == "deleted":
        assert call(scheduler, "DELETE", path, None, a_caller(tenant))[0] == 200
    else:
        body = {"target": {"type": "task", "task_type": "data_processing"}}
        assert call(scheduler, "PUT", path, body, a_caller(tenant))[0] == 200
    peer = with_peer(waiting)
    waiting.make_calls()
    (fire,) = history(worker, tenant, schedule)
    assert (peer.seen, fire.state, fire.error and fire.error["code"]) == ([], "cancelled", "SCHEDULE_DELETED")
