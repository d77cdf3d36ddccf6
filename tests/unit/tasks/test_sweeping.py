"""The net: lost workers, lost tokens, long delays."""

import pytest

from docchain.tasks.changing import cancel
from docchain.tasks.claiming import claim_next
from docchain.tasks.models import Phase, TaskStatus
from docchain.tasks.ripening import ripen
from docchain.tasks.sweeping import recover, sweep
from tests.support.tasks import POOL, Bench, a_bench

pytestmark = pytest.mark.usefixtures("aws_account")


def _sweep(bench: Bench) -> dict[str, int]:
    return sweep(bench.repository, bench.tokens, POOL, 4)


def _killed(bench: Bench, tenant: str) -> None:
    """A worker claims and is never heard of again."""
    assert claim_next(bench.repository, POOL, 4, tenant) is not None


def test_a_task_whose_worker_was_killed_is_tried_again_by_another(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant)
    _killed(bench, tenant)
    assert _sweep(bench)["recovered"] == 0, "its lease is not over"
    bench.make_due(task)
    assert _sweep(bench)["recovered"] == 1
    lost = bench.read(task)
    assert lost.error is not None
    assert (lost.status, lost.retry_count, lost.error.code) == (TaskStatus.RETRYING, 1, "TASK_WORKER_LOST")
    bench.make_due(task)
    bench.work(tenant, task.id)
    assert bench.read(task).status == TaskStatus.COMPLETED
    assert bench.counts(tenant).keys() == {"total", "completed", "type_data_processing", "priority_normal"}


def test_what_kills_every_worker_ends_with_the_dead(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant, max_retries=1)
    for _ in range(2):
        if bench.read(task).phase == Phase.HELD:
            bench.make_due(task)
            assert ripen(bench.repository, bench.tokens, tenant, task.id)
        _killed(bench, tenant)
        bench.make_due(task)
        _sweep(bench)
    assert bench.read(task).status == TaskStatus.FAILED
    assert [t.id for t in bench.repository.dead_page(tenant, limit=9, start_key=None)[0]] == [task.id]


def test_a_cancelled_task_whose_worker_was_killed_is_cancelled(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant)
    _killed(bench, tenant)
    cancel(bench.repository, bench.tokens, tenant, task.id, "ada")
    bench.make_due(task)
    _sweep(bench)
    assert bench.read(task).status == TaskStatus.CANCELLED


def test_a_task_beyond_its_timeout_says_so(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant, max_retries=0, timeout_seconds=5)
    _killed(bench, tenant)
    bench.make_due(task, give_up_at="2020-01-01T00:00:00.000Z")
    _sweep(bench)
    error = bench.read(task).error
    assert error is not None and error.code == "TASK_TIMED_OUT"


def test_a_lost_token_is_found_within_a_minute(tenant: str) -> None:
    bench = a_bench()
    bench.submit(tenant)
    assert len(bench.messages()) == 1, "and here it is lost"
    assert _sweep(bench)["woken"] == 1
    assert [token.tenant_id for token in bench.messages()] == [tenant]


def test_a_long_delay_is_sent_when_it_is_near(tenant: str) -> None:
    bench = a_bench()
    far = bench.submit(tenant, delay_seconds=7200)
    assert _sweep(bench)["sent"] == 0
    bench.make_due(far)
    assert _sweep(bench)["sent"] == 1
    assert [token.task_id for token in bench.messages()] == [far.id]


def test_two_sweeps_at_once_recover_once(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant)
    _killed(bench, tenant)
    bench.make_due(task)
    seen = bench.read(task)
    assert [recover(bench.repository, bench.tokens, seen) for _ in range(2)] == [True, False]
    assert bench.read(task).retry_count == 1


def test_one_broken_card_keeps_no_other_from_being_found(tenant: str) -> None:
    bench = a_bench()
    broken = bench.submit(tenant, delay_seconds=7200)
    bench.make_due(broken, at="2019-01-01T00:00:00.000Z", status="dancing")
    task = bench.submit(tenant)
    _killed(bench, tenant)
    bench.make_due(task)
    seen = _sweep(bench)
    assert (seen["recovered"], seen["failed"]) == (1, 1)


def test_whose_time_has_come_does_not_wait_for_its_token_behind_those_of_others(tenant: str) -> None:
    """A worker stays with one token for long while there is work: retries and rests are due meanwhile."""
    bench, other = a_bench(), f"{tenant}_b"
    late = bench.submit(other, delay_seconds=600)
    bench.make_due(late)
    bench.submit(tenant)
    bench.work(tenant)
    assert bench.read(late).status == TaskStatus.COMPLETED


def test_a_broken_card_that_is_due_stops_no_worker(tenant: str) -> None:
    bench = a_bench()
    held, ready, task = bench.submit(tenant, delay_seconds=600), bench.submit(tenant), bench.submit(tenant)
    for broken in (held, ready):
        bench.make_due(broken, status="dancing")
    bench.work(tenant)
    assert bench.read(task).status == TaskStatus.COMPLETED
