"""The caller's real handler, with the message that SQS would bring and one that does not belong there."""

import json
from pathlib import Path
from typing import Any

import pytest

from docchain.schedules.definition import Definition
from docchain.schedules.facts import CREATED, schedule_event
from docchain.schedules.handing_over import Call
from docchain.schedules.models import Fire, FireState, Schedule
from functions.queues.schedule_webhooks.dependencies import world
from functions.queues.schedule_webhooks.handler import handler
from tests.support.rest import a_context

SAMPLE = Path("events/queues/schedule_webhooks.json")
MOMENT = "2026-11-22T02:00:00.000Z"
pytestmark = pytest.mark.usefixtures("aws_account")


def a_message(**call: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    if call:
        event["Records"][0]["body"] = json.dumps(call)
    return event


def test_the_sample_is_a_call_and_what_is_gone_is_done_with() -> None:
    Call.model_validate_json(a_message()["Records"][0]["body"])
    assert handler(a_message(), a_context()) == {"batchItemFailures": []}


def test_a_call_is_made_with_a_secret_of_the_tenants_own_vault(tenant: str) -> None:
    target = {"type": "webhook", "url": "https://example.com/hook", "secret": "hook"}
    definition = Definition.model_validate({"name": "x", "type": "once", "run_at": MOMENT, "target": target})
    new = Schedule(id="s", definition=definition, created_at=MOMENT, updated_at=MOMENT, created_by="ada", user_id=1)
    fire = Fire(id=MOMENT, schedule_id="s", state=FireState.CLAIMED, fire_at=MOMENT, due_at=MOMENT, claimed_at=MOMENT)
    schedules = world().schedules
    schedules.create(tenant, new, schedule_event(tenant, CREATED, new, "ada"), None)
    schedules.table.transact([schedules.put_fire(tenant, fire)])
    for _ in range(2):
        assert handler(a_message(tenant_id=tenant, schedule_id="s", fire_id=MOMENT), a_context()) == {
            "batchItemFailures": []
        }
    _, ended = schedules.read_fire(tenant, "s", MOMENT)
    assert ended is not None
    assert (ended.attempts, ended.state, ended.error and ended.error["code"]) == (1, "failed", "SECRET_NOT_FOUND")


def test_a_call_that_names_no_fire_is_left_for_the_dead_letters() -> None:
    found = handler(a_message(tenant_id="nobody", schedule_id="s", sequence=1), a_context())
    assert [failed["itemIdentifier"] for failed in found["batchItemFailures"]] == [
        json.loads(SAMPLE.read_text())["Records"][0]["messageId"]
    ]
