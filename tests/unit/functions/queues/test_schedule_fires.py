"""The worker's real handler, with the message that SQS would bring and one that does not belong there."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from docchain.clock import to_iso
from docchain.schedules.definition import Definition
from docchain.schedules.facts import CREATED, schedule_event
from docchain.schedules.models import Schedule
from docchain.schedules.orders import Order
from functions.queues.schedule_fires.dependencies import world
from functions.queues.schedule_fires.handler import handler
from tests.support.rest import a_context
from tests.support.schedules import states

SAMPLE = Path("events/queues/schedule_fires.json")
pytestmark = pytest.mark.usefixtures("aws_account")


def a_message(**order: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    if order:
        event["Records"][0]["body"] = json.dumps(order)
    return event


def test_the_sample_is_an_order_and_what_is_gone_is_done_with() -> None:
    Order.model_validate_json(a_message()["Records"][0]["body"])
    assert handler(a_message(), a_context()) == {"batchItemFailures": []}


def test_an_order_that_is_due_fires_its_schedule(tenant: str) -> None:
    due = to_iso(datetime.now(UTC) - timedelta(seconds=1))
    new = Schedule(
        id="s",
        definition=Definition.model_validate({"name": "x", "type": "once", "run_at": due}),
        created_at=due,
        updated_at=due,
        created_by="ada",
        user_id=1,
        next_at=due,
        due_at=due,
    )
    world().schedules.create(tenant, new, schedule_event(tenant, CREATED, new, "ada"), None)
    order = a_message(tenant_id=tenant, schedule_id="s", sequence=1, due_at=due)
    for _ in range(2):
        assert handler(order, a_context()) == {"batchItemFailures": []}
    assert states(world(), tenant, new) == ["succeeded"]


def test_what_is_no_order_is_left_for_the_dead_letters() -> None:
    found = handler(a_message(tenant="nobody"), a_context())
    assert [failed["itemIdentifier"] for failed in found["batchItemFailures"]] == [
        json.loads(SAMPLE.read_text())["Records"][0]["messageId"]
    ]
