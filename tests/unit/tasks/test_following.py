"""Chains and groups: who follows others begins when the last of them has ended, once."""

import pytest

from docchain.errors import ValidationFailed
from docchain.tasks.changing import cancel, remove, retry
from docchain.tasks.claiming import claim_next
from docchain.tasks.errors import TaskNotDeletable
from docchain.tasks.following import tell_followers
from docchain.tasks.groups import read_group, submit_group
from docchain.tasks.kind import TaskContext
from docchain.tasks.models import NewTask, Phase, TaskStatus
from docchain.tasks.submitting import Asker
from docchain.tasks.sweeping import sweep
from docchain.tasks.working import do
from tests.support.tasks import POOL, TYPE, Bench, a_bench

pytestmark = pytest.mark.usefixtures("aws_account")


def _order(name: str, **fields: object) -> NewTask:
    return NewTask.model_validate({"name": name, "type": TYPE, **fields})


def test_a_chain_is_done_in_its_order(tenant: str) -> None:
    bench = a_bench()
    first = bench.submit(tenant)
    second = bench.submit(tenant, after=(first.id,))
    third = bench.submit(tenant, after=(second.id, first.id), priority="critical")
    assert (second.phase, third.needs) == (Phase.HELD, 2)
    assert bench.work(tenant) == 3
    assert [context.task_id for context in bench.kind.runs] == [first.id, second.id, third.id]
    assert "task.released" in bench.told(third)


def test_a_group_calls_back_when_all_of_it_is_done(tenant: str) -> None:
    bench = a_bench()
    members = [_order(f"m{n}") for n in range(18)]
    group_id, tasks = submit_group(
        bench.repository, bench.tokens, Asker(tenant, 1, "ada"), members, _order("after"), None
    )
    assert (len(tasks), tasks[-1].needs, tasks[-1].phase) == (19, 18, Phase.HELD)
    bench.work(tenant)
    assert bench.kind.runs[-1].task_id == tasks[-1].id and len(bench.kind.runs) == 19
    _, known = read_group(bench.repository, tenant, group_id)
    assert {task.status for task in known} == {TaskStatus.COMPLETED}


def _fails_for(bench_tasks: list[str]) -> object:
    def work(parameters: object, context: TaskContext) -> dict[str, object]:
        if context.task_id in bench_tasks:
            raise ValueError("no")
        return {}

    return work


def test_who_follows_a_failure_is_cancelled_with_those_behind_it(tenant: str) -> None:
    failing: list[str] = []
    bench = a_bench(_fails_for(failing))  # type: ignore[arg-type]
    first = bench.submit(tenant, max_retries=0)
    failing.append(first.id)
    second = bench.submit(tenant, after=(first.id,))
    third = bench.submit(tenant, after=(second.id,))
    anyway = bench.submit(tenant, after=(first.id,), run_after_failure=True)
    bench.work(tenant)
    assert [bench.read(t).status for t in (first, second, third)] == ["failed", "cancelled", "cancelled"]
    assert bench.read(anyway).status == TaskStatus.COMPLETED
    error = bench.read(third).error
    assert error is not None and error.code == "TASK_PREDECESSOR_FAILED"


def test_a_cancelled_task_takes_its_followers_along(tenant: str) -> None:
    bench = a_bench()
    first = bench.submit(tenant, delay_seconds=60)
    second = bench.submit(tenant, after=(first.id,))
    cancel(bench.repository, bench.tokens, tenant, first.id, "ada")
    assert bench.read(second).status == TaskStatus.CANCELLED


def test_followers_of_what_has_ended_begin_at_once_or_are_refused(tenant: str) -> None:
    failing: list[str] = []
    bench = a_bench(_fails_for(failing))  # type: ignore[arg-type]
    well, ill = bench.submit(tenant), bench.submit(tenant, max_retries=0)
    failing.append(ill.id)
    bench.work(tenant)
    assert bench.submit(tenant, after=(well.id,)).phase == Phase.READY
    with pytest.raises(ValidationFailed):
        bench.submit(tenant, after=(ill.id,))
    with pytest.raises(ValidationFailed):
        bench.submit(tenant, after=("00000000-0000-4000-8000-000000000000",))
    with pytest.raises(ValidationFailed):
        bench.submit("another", after=(well.id,))


def test_a_follower_has_its_own_delay_after_the_others(tenant: str) -> None:
    bench = a_bench()
    first = bench.submit(tenant)
    second = bench.submit(tenant, after=(first.id,), delay_seconds=300)
    bench.work(tenant)
    held = bench.read(second)
    assert (held.phase, held.needs, held.due_at is not None) == (Phase.HELD, 0, True)


def test_followers_are_told_once_however_often(tenant: str) -> None:
    bench = a_bench()
    first, other = bench.submit(tenant), bench.submit(tenant, delay_seconds=60)
    second = bench.submit(tenant, after=(first.id, other.id))
    bench.work(tenant)
    ended = bench.read(first)
    for _ in range(3):
        tell_followers(bench.repository, bench.tokens, ended.model_copy(update={"followed": True}))
    assert bench.read(second).needs == 1


def test_a_worker_that_dies_before_it_told_the_followers_is_found_by_the_sweep(
    tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = a_bench()
    first = bench.submit(tenant)
    second = bench.submit(tenant, after=(first.id,))
    _dies_before_telling(bench, tenant, monkeypatch)
    assert bench.read(first).status == TaskStatus.COMPLETED
    assert bench.read(second).phase == Phase.HELD
    _swept(bench)
    assert bench.read(second).status == TaskStatus.COMPLETED
    assert sweep(bench.repository, bench.tokens, POOL, 4)["sent"] == 0, "and it is settled"


def _swept(bench: Bench) -> None:
    """The sweep, and a worker that does what it says."""
    bench.messages()
    sweep(bench.repository, bench.tokens, POOL, 4)
    for token in bench.messages():
        bench.work(token.tenant_id, token.task_id)


def _dies_before_telling(bench: Bench, tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("docchain.tasks.working.tell_followers", die)
        with pytest.raises(Killed):
            bench.work(tenant)


def test_who_was_tried_again_waits_for_nobody_and_is_not_moved_by_those_it_waited_for(tenant: str) -> None:
    """It was cancelled by the one that failed; the other, which ends later, finds it at work."""
    failing: list[str] = []
    bench = a_bench(_fails_for(failing))  # type: ignore[arg-type]
    ill, slow = bench.submit(tenant, max_retries=0), bench.submit(tenant, delay_seconds=600)
    failing.append(ill.id)
    follower = bench.submit(tenant, after=(ill.id, slow.id))
    bench.work(tenant)
    assert bench.read(follower).status == TaskStatus.CANCELLED
    retry(bench.repository, bench.tokens, tenant, follower.id, "ada")
    claim = claim_next(bench.repository, POOL, 4, tenant)
    assert claim is not None and claim.task.id == follower.id
    cancel(bench.repository, bench.tokens, tenant, slow.id, "ada")
    assert bench.read(follower).phase == Phase.WORKING, "its worker holds it still"
    do(claim, bench.shop)
    assert bench.read(follower).status == TaskStatus.COMPLETED
    assert bench.read(slow).followed is False, "and the one that ended is settled"


def test_what_is_removed_leaves_no_follower_waiting_for_ever(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = a_bench()
    first = bench.submit(tenant)
    second = bench.submit(tenant, after=(first.id,))
    _dies_before_telling(bench, tenant, monkeypatch)
    with pytest.raises(TaskNotDeletable):
        remove(bench.repository, tenant, first.id, "ada")
    _swept(bench)
    remove(bench.repository, tenant, first.id, "ada")
    assert bench.read(second).status == TaskStatus.COMPLETED
