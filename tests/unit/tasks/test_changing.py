"""What people do to tasks: cancelling before and while they run, trying again, removing."""

import pytest

from docchain.clock import epoch
from docchain.tasks import keys
from docchain.tasks.changing import cancel, remove, retry
from docchain.tasks.errors import TaskNotCancellable, TaskNotDeletable, TaskNotFound, TaskNotRetryable
from docchain.tasks.kind import TaskContext
from docchain.tasks.models import TaskStatus
from tests.support.tasks import Bench, a_bench

pytestmark = pytest.mark.usefixtures("aws_account")


def _cancel(bench: Bench, tenant: str, task_id: str) -> str:
    return cancel(bench.repository, bench.tokens, tenant, task_id, "ada").status


@pytest.mark.parametrize("delay", [0, 60])
def test_a_task_that_waits_is_cancelled_at_once(tenant: str, delay: int) -> None:
    bench = a_bench()
    task = bench.submit(tenant, delay_seconds=delay)
    assert _cancel(bench, tenant, task.id) == TaskStatus.CANCELLED
    assert _cancel(bench, tenant, task.id) == TaskStatus.CANCELLED, "harmless to repeat"
    assert bench.work(tenant, task.id) == 0
    counts = bench.counts(tenant)
    assert counts["cancelled"] == 1 and not {"open", "held", "waiting_normal"} & counts.keys()


def test_a_task_at_work_stops_at_its_next_check(tenant: str) -> None:
    done: list[int] = []

    def units(parameters: object, context: TaskContext) -> dict[str, object]:
        for unit in range(5):
            context.check()
            done.append(unit)
            if unit == 1:
                assert _cancel(bench, tenant, context.task_id) == TaskStatus.RUNNING
                import time

                time.sleep(1.1)
        return {}

    bench = a_bench(units)
    task = bench.submit(tenant)
    bench.work(tenant)
    assert done == [0, 1]
    assert bench.read(task).status == TaskStatus.CANCELLED
    assert bench.told(task)[-2:] == ["task.cancel_requested", "task.cancelled"]


def test_a_cancel_after_the_last_check_is_too_late(tenant: str) -> None:
    def quick(parameters: object, context: TaskContext) -> dict[str, object]:
        _cancel(bench, tenant, context.task_id)
        return {"sent": True}

    bench = a_bench(quick)
    task = bench.submit(tenant)
    bench.work(tenant)
    assert (bench.read(task).status, bench.result(task)) == (TaskStatus.COMPLETED, {"sent": True})
    with pytest.raises(TaskNotCancellable):
        _cancel(bench, tenant, task.id)


def test_a_dead_letter_is_tried_again_from_the_beginning(tenant: str) -> None:
    ways = iter([ValueError("no"), None])

    def second_time(parameters: object, context: TaskContext) -> dict[str, object]:
        if error := next(ways):
            raise error
        return {"well": True}

    bench = a_bench(second_time)
    task = bench.submit(tenant, max_retries=0)
    bench.work(tenant)
    assert bench.counts(tenant)["failed"] == 1
    retry(bench.repository, bench.tokens, tenant, task.id, "ada")
    assert bench.repository.dead_page(tenant, limit=10, start_key=None)[0] == []
    bench.work(tenant)
    assert bench.read(task).status == TaskStatus.COMPLETED
    counts = bench.counts(tenant)
    assert counts["completed"] == 1 and "failed" not in counts
    with pytest.raises(TaskNotRetryable):
        retry(bench.repository, bench.tokens, tenant, task.id, "ada")


def test_only_what_has_ended_is_removed(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant)
    with pytest.raises(TaskNotDeletable):
        remove(bench.repository, tenant, task.id, "ada")
    bench.work(tenant)
    remove(bench.repository, tenant, task.id, "ada")
    with pytest.raises(TaskNotFound):
        bench.read(task)
    assert bench.repository.list_page(tenant, {}, limit=10, start_key=None) == ([], None)
    assert bench.counts(tenant)["completed"] == 1, "that it was, the figures still know"


def test_another_tenants_task_is_not_there(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant)
    for change in (cancel, retry):
        with pytest.raises(TaskNotFound):
            change(bench.repository, bench.tokens, "another", task.id, "eve")
    with pytest.raises(TaskNotFound):
        remove(bench.repository, "another", task.id, "eve")


def test_what_is_kept_no_longer_is_not_tried_again(tenant: str) -> None:
    """Card and parameters go by themselves, and not at the same moment: it would be done without its parameters."""
    bench = a_bench()
    task = bench.submit(tenant, metadata={"n": 1})
    cancel(bench.repository, bench.tokens, tenant, task.id, "ada")
    table, pk = bench.repository.table, keys.task(tenant, task.id)
    table.update(pk, keys.CARD, set_={"expires_at": epoch() - 60})
    with pytest.raises(TaskNotRetryable):
        retry(bench.repository, bench.tokens, tenant, task.id, "ada")


def test_a_cancel_that_many_follow_is_answered_before_all_were_told(
    tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = a_bench()
    first = bench.submit(tenant, delay_seconds=600)
    followers = [bench.submit(tenant, after=(first.id,)) for _ in range(3)]
    bench.messages()
    with monkeypatch.context() as patch:
        patch.setattr("docchain.tasks.following.TELL_SECONDS", 0.0)
        cancel(bench.repository, bench.tokens, tenant, first.id, "ada")
    assert bench.read(followers[2]).status == TaskStatus.PENDING
    (token,) = bench.messages()
    assert token.task_id == first.id
    bench.work(tenant, token.task_id)
    assert {bench.read(task).status for task in followers} == {TaskStatus.CANCELLED}
