"""A task from its submission to its end."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from docchain.errors import DependencyUnavailable, Forbidden, PayloadTooLarge, ValidationFailed
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.idempotency import IdempotencyKey, IdempotencyMismatch
from docchain.storage.table import Table
from docchain.tasks import keys
from docchain.tasks.claiming import claim_next
from docchain.tasks.ending import Ending, backoff_seconds
from docchain.tasks.errors import TaskLeaseLost, TaskRefused, TaskTimedOut, TaskWaits
from docchain.tasks.kind import TaskContext
from docchain.tasks.models import NewTask, Phase, TaskStatus
from docchain.tasks.submitting import Asker, submit
from docchain.tasks.working import do
from tests.support.tasks import POOL, TYPE, a_bench

pytestmark = pytest.mark.usefixtures("aws_account")


def test_a_task_is_done_and_says_so(tenant: str) -> None:
    bench = a_bench(lambda parameters, context: {"rows": 7})
    task = bench.submit(tenant, metadata={"rows": []})
    assert (task.status, task.phase) == (TaskStatus.PENDING, Phase.READY)
    assert [token.tenant_id for token in bench.messages()] == [tenant]
    assert bench.work(tenant) == 1
    done = bench.read(task)
    assert (done.status, done.attempt, done.progress, done.lease_owner) == ("completed", 1, 1.0, None)
    assert bench.result(task) == {"rows": 7}
    assert bench.told(task) == ["task.submitted", "task.started", "task.completed"]
    assert bench.counts(tenant) == {"total": 1, "completed": 1, f"type_{TYPE}": 1, "priority_normal": 1}


def test_a_token_that_comes_again_finds_nothing_to_do(tenant: str) -> None:
    bench = a_bench()
    bench.submit(tenant)
    assert [bench.work(tenant) for _ in range(3)] == [1, 0, 0]
    assert len(bench.kind.runs) == 1


def test_what_fails_is_tried_again_with_growing_pauses_and_then_lies_with_the_dead(tenant: str) -> None:
    def broken(parameters: object, context: object) -> dict[str, object]:
        raise DependencyUnavailable("The peer is away.")

    bench = a_bench(broken)
    task = bench.submit(tenant, max_retries=2)
    bench.work(tenant)
    first = bench.read(task)
    assert (first.status, first.retry_count, first.phase) == (TaskStatus.RETRYING, 1, Phase.HELD)
    for _ in range(2):
        bench.make_due(task)
        bench.work(tenant, task.id)
    dead = bench.read(task)
    assert (dead.status, dead.retry_count, dead.attempt) == (TaskStatus.FAILED, 2, 3)
    assert dead.error is not None and dead.error.message == "The peer is away."
    letters, _ = bench.repository.dead_page(tenant, limit=10, start_key=None)
    assert [letter.id for letter in letters] == [task.id]
    assert bench.counts(tenant)["failed"] == 1 and "open" not in bench.counts(tenant)


def test_pauses_are_two_to_the_power_of_the_tries_and_a_little_more() -> None:
    for tries in range(9):
        assert 2**tries <= backoff_seconds(tries) <= 1.25 * 2**tries
    assert backoff_seconds(10) == 900


@pytest.mark.parametrize("error", [TaskRefused("The column price is missing."), Forbidden("Not yours.")])
def test_what_no_other_try_can_mend_fails_at_once(tenant: str, error: Exception) -> None:
    def refused(parameters: object, context: object) -> dict[str, object]:
        raise error

    bench = a_bench(refused)
    task = bench.submit(tenant)
    bench.work(tenant)
    failed = bench.read(task)
    assert (failed.status, failed.retry_count) == (TaskStatus.FAILED, 0)
    assert failed.error is not None and failed.error.message == str(error)


def test_an_unexpected_error_says_its_kind_and_none_of_its_insides(tenant: str) -> None:
    def secretive(parameters: object, context: object) -> dict[str, object]:
        raise ValueError("password=hunter2")

    bench = a_bench(secretive)
    task = bench.submit(tenant, max_retries=0)
    bench.work(tenant)
    error = bench.read(task).error
    assert error is not None and "ValueError" in error.message and "hunter2" not in error.message


def test_a_task_that_waits_goes_on_with_its_state_and_the_same_attempt(tenant: str) -> None:
    def patient(parameters: object, context: object) -> dict[str, object]:
        if not context.state:  # type: ignore[attr-defined]
            raise TaskWaits(datetime.now(UTC) + timedelta(seconds=30), {"run_id": 7})
        return {"run": context.state["run_id"]}  # type: ignore[attr-defined]

    bench = a_bench(patient)
    task = bench.submit(tenant)
    bench.work(tenant)
    resting = bench.read(task)
    assert (resting.status, resting.phase, resting.lease_owner) == (TaskStatus.RUNNING, Phase.HELD, None)
    assert bench.counts(tenant)["begun"] == 1 and "working" not in bench.counts(tenant)
    bench.make_due(task)
    bench.work(tenant, task.id)
    assert bench.result(task) == {"run": 7}
    assert [context.attempt for context in bench.kind.runs] == [1, 1]
    assert bench.told(task) == ["task.submitted", "task.started", "task.waiting", "task.completed"]


def test_a_delayed_task_begins_at_its_time_and_not_before(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant, delay_seconds=3600)
    assert (task.phase, task.due_at is not None) == (Phase.HELD, True)
    assert bench.messages() == [], "longer than a queue waits: the sweep sends it"
    assert bench.work(tenant, task.id) == 0
    bench.make_due(task)
    assert bench.work(tenant, task.id) == 1


def test_a_deadline_is_kept_by_the_check(tenant: str) -> None:
    seen: list[type[Exception]] = []

    def slow(parameters: object, context: object) -> dict[str, object]:
        import time

        time.sleep(1.1)
        try:
            context.check()  # type: ignore[attr-defined]
        except TaskTimedOut as late:
            seen.append(type(late))
            raise
        return {}

    bench = a_bench(slow)
    task = bench.submit(tenant, timeout_seconds=1, max_retries=0)
    bench.work(tenant)
    failed = bench.read(task)
    assert seen == [TaskTimedOut]
    assert failed.status == TaskStatus.FAILED and failed.error is not None and failed.error.code == "TASK_TIMED_OUT"


def test_who_has_lost_the_lease_ends_nothing(tenant: str) -> None:
    bench = a_bench()
    task = bench.submit(tenant)
    claim = claim_next(bench.repository, POOL, 4, tenant)
    assert claim is not None
    bench.make_due(task, lease_owner="another", rev=claim.task.rev + 1)
    with pytest.raises(TaskLeaseLost):
        Ending(bench.repository, bench.shop.contents, claim.owner).complete(claim.task, {})
    do(claim, bench.shop)
    assert bench.read(task).status == TaskStatus.RUNNING


def test_a_large_result_lies_in_the_bucket_and_a_huge_one_is_refused(tenant: str) -> None:
    bench = a_bench(lambda parameters, context: {"text": "x" * parameters.size})
    large = bench.submit(tenant, metadata={"size": 300_000})
    huge = bench.submit(tenant, metadata={"size": 6_000_000})
    bench.work(tenant)
    kept = bench.read(large)
    assert kept.result_sha256 is not None and bench.result(large) is None
    assert len(bench.shop.contents.get_result(tenant, kept.result_sha256)) > 300_000
    assert bench.shop.contents.look_at(tenant, kept.result_sha256) is None, "no document's end takes it along"
    error = bench.read(huge).error
    assert error is not None and error.code == "TASK_RESULT_TOO_LARGE"


def test_the_same_key_asks_for_one_task(tenant: str) -> None:
    bench = a_bench()
    key = IdempotencyKey(tenant, "task", "k-1", "f")
    order, asker = NewTask(name="Once", type=TYPE), Asker(tenant, 1, "ada")
    first = submit(bench.repository, bench.tokens, asker, order, key)
    bench.work(tenant)
    again = submit(bench.repository, bench.tokens, asker, order, key)
    assert (again.id, again.status) == (first.id, "pending")
    assert bench.counts(tenant)["total"] == 1
    with pytest.raises(IdempotencyMismatch):
        submit(bench.repository, bench.tokens, asker, order, IdempotencyKey(tenant, "task", "k-1", "other"))


def test_a_worker_stops_after_its_time_and_wakes_the_next(tenant: str) -> None:
    bench = a_bench(loop_seconds=0)
    for _ in range(3):
        bench.submit(tenant)
    bench.messages()
    assert bench.work(tenant) == 1
    assert [token.tenant_id for token in bench.messages()] == [tenant]


def test_a_stretch_of_work_costs_five_calls_and_a_look_at_what_is_due(tenant: str, aws_calls: list[str]) -> None:
    bench = a_bench(loop_seconds=0)
    bench.submit(tenant)
    aws_calls.clear()
    bench.work(tenant)
    moved = ["TransactWriteItems"] * 2
    assert aws_calls == ["Query", "Query", "Query", "BatchGetItem", *moved, "SendMessageBatch"]


def test_long_lists_of_small_numbers_fit_as_they_are_measured(tenant: str) -> None:
    """As attributes of DynamoDB they would be larger than an item may be."""
    numbers = [1] * 120_000
    bench = a_bench(lambda parameters, context: {"numbers": parameters.numbers})
    task = bench.submit(tenant, metadata={"numbers": numbers})
    bench.work(tenant)
    assert bench.result(task) == {"numbers": numbers}


@pytest.mark.parametrize("value", [float("nan"), "\ud800"])
def test_what_has_no_json_is_refused_at_the_door_and_as_a_result(tenant: str, value: object) -> None:
    bench = a_bench(lambda parameters, context: {"value": value})
    with pytest.raises(ValidationFailed):
        bench.submit(tenant, metadata={"value": value})
    task = bench.submit(tenant)
    bench.work(tenant)
    error = bench.read(task).error
    assert error is not None and error.code == "TASK_RESULT_UNREADABLE"


def test_metadata_has_a_limit(tenant: str) -> None:
    with pytest.raises(PayloadTooLarge):
        a_bench().submit(tenant, metadata={"text": "x" * 262_144})


@pytest.mark.parametrize(
    "details", [{"share": math.nan}, {"at": datetime.now(UTC)}, "half \ud800", ["x" * 100_000], {"n": 10**40}]
)
def test_whatever_a_failure_carries_it_is_told(tenant: str, details: object) -> None:
    """What cannot be kept is left away: the task would else never say what was wrong with it."""

    def work(parameters: object, context: TaskContext) -> dict[str, object]:
        raise TaskRefused(f"no \ud800 {'x' * 10_000}", details=details)

    bench = a_bench(work)
    task = bench.submit(tenant)
    bench.work(tenant)
    known = bench.read(task)
    assert known.error is not None
    assert (known.status, known.error.code, known.error.details) == (TaskStatus.FAILED, "TASK_REFUSED", None)
    assert known.error.message.startswith("no ?") and len(known.error.message) <= 2_000


def test_a_write_that_met_another_is_tried_again(tenant: str) -> None:
    def work(parameters: object, context: TaskContext) -> dict[str, object]:
        raise ConditionFailed([0])

    bench = a_bench(work)
    task = bench.submit(tenant)
    bench.work(tenant)
    assert bench.read(task).status == TaskStatus.RETRYING


def test_progress_that_cannot_be_told_fails_no_work(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(parameters: object, context: TaskContext) -> dict[str, object]:
        def full(*_: object) -> None:
            raise TooMuchContention("too many writers")

        with monkeypatch.context() as patch:
            patch.setattr(Table, "transact", full)
            context.progress(0.5, "half")
        return {"done": True}

    bench = a_bench(work)
    task = bench.submit(tenant)
    bench.work(tenant)
    assert bench.read(task).status == TaskStatus.COMPLETED


def test_a_place_whose_task_is_gone_keeps_no_other_waiting(tenant: str) -> None:
    bench = a_bench()
    gone, task = bench.submit(tenant), bench.submit(tenant)
    bench.repository.table.delete(keys.task(tenant, gone.id), keys.CARD)
    bench.work(tenant)
    assert bench.read(task).status == TaskStatus.COMPLETED
