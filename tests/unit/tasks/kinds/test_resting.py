"""A task that rests between two stretches and is cancelled: its kind is asked once more, to end what it began."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from docchain.tasks.changing import cancel
from docchain.tasks.errors import TaskCancelled, TaskWaits
from docchain.tasks.kind import TaskContext
from docchain.tasks.models import TaskStatus
from tests.support.tasks import a_bench

pytestmark = pytest.mark.usefixtures("aws_account")


def test_what_a_resting_task_began_ends_with_it(tenant: str) -> None:
    ended: list[Any] = []

    def begins_something(_: Any, context: TaskContext) -> dict[str, Any]:
        try:
            context.check()
        except TaskCancelled:
            ended.append(context.state["run_id"])
            raise
        raise TaskWaits(datetime.now(UTC) + timedelta(minutes=5), {"run_id": 7})

    bench = a_bench(begins_something)
    task = bench.submit(tenant)
    bench.work(tenant)
    for _ in range(2):
        assert cancel(bench.repository, bench.tokens, tenant, task.id, "ada").cancel_requested
    bench.work(tenant)
    assert ended == [7]
    assert bench.read(task).status == TaskStatus.CANCELLED
    assert bench.told(task).count("task.cancel_requested") == 1
    assert bench.counts(tenant)["cancelled"] == 1
