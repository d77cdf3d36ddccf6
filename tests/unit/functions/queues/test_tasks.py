"""The workers' real handlers with the message that SQS would bring."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from docchain.tasks.models import NewTask, TaskStatus
from docchain.tasks.submitting import Asker, submit
from functions.queues.tasks_data import dependencies
from functions.schedules.tasks.handler import handler as sweep
from tests.support.identity import a_user, the_accounts
from tests.support.rest import a_context

SAMPLE = Path("events/queues/tasks.json")
pytestmark = pytest.mark.usefixtures("aws_account")


def _message(**token: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    if token:
        event["Records"][0]["body"] = json.dumps(token)
    return event


@pytest.mark.parametrize("pool", ["light", "data", "documents", "ai"])
def test_a_token_for_nothing_is_done_with(pool: str) -> None:
    handler = import_module(f"functions.queues.tasks_{pool}.handler").handler
    assert handler(_message(), a_context()) == {"batchItemFailures": []}


def test_a_pool_does_the_kinds_that_are_its_own() -> None:
    assert dependencies.shop().kinds.keys() == {"data_processing", "analytics_processing", "cleanup", "backup"}
    assert (dependencies.shop().pool, dependencies.shop().workers) == ("data", 4)


def test_the_frozen_task_is_done_by_the_real_kind_and_has_nothing_to_do() -> None:
    asker = a_user(the_accounts())
    shop = dependencies.shop()
    order = NewTask(name="Test Task", type="data_processing", max_retries=0)
    task = submit(shop.repository, shop.tokens, Asker(asker.tenant_id, asker.id, asker.username), order)
    handler = import_module("functions.queues.tasks_data.handler").handler
    for _ in range(3):  # other tests of this session may have left tasks of other tenants
        handler(_message(tenant_id=asker.tenant_id), a_context())
    done, _, result = shop.repository.read_whole(asker.tenant_id, task.id)
    assert (done.status, done.error) == (TaskStatus.COMPLETED, None)
    assert result["rows"] == 0


def test_a_message_that_is_no_token_stays_for_the_dead_letters() -> None:
    handler = import_module("functions.queues.tasks_data.handler").handler
    failed = handler(_message(tenant="t"), a_context())["batchItemFailures"]
    assert failed == [{"itemIdentifier": _message()["Records"][0]["messageId"]}]


def test_the_sweep_looks_at_every_pool() -> None:
    seen = sweep({}, a_context())
    assert seen["failed"] == 0 and seen.keys() == {"sent", "recovered", "woken", "failed"}
