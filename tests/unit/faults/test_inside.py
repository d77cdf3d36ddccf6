"""Effects inside the account: written with the completion of their node, and so exactly once."""

import json
from functools import partial
from typing import Any

import boto3
import pytest

from docchain.errors import PermanentStepError
from docchain.events.models import Event
from docchain.identity.recipients import find_strangers
from docchain.mail.once import SentLetters
from docchain.realtime.numbering import RunFact, number_events
from docchain.runs.models import NodeStatus, Run
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.perform import perform
from docchain.steps.world import StepWorld
from docchain.storage.table import Table
from docchain.values.repository import ValueRepository
from functions.api.workflows.handler import handler
from functions.listeners.outbox.bus import Bus
from functions.steps.effect.notifying import notify
from functions.steps.effect.publishing import publish_event
from functions.steps.effect.storing import store_value
from tests.support.engine import Stage
from tests.support.faults import Calls, ProcessKilled, is_write_of, throttled
from tests.support.rest import a_caller, call


def a_table(name: str) -> Table:
    return Table(boto3.client("dynamodb"), name)


def started(tenant: str, kind: str, config: dict[str, Any]) -> tuple[Stage, Run]:
    stage = Stage(tenant)
    return stage, stage.started([{"name": "Act", "node_type": kind, "config": config}], {"who": "Ada"})


def deliver(stage: Stage, run: Run, attempt: int = 0) -> None:
    workers = {
        "store": partial(store_value, ValueRepository(a_table("runs"))),
        "publish_event": publish_event,
        "notify": partial(notify, partial(find_strangers, a_table("identity"))),
    }
    world = StepWorld(**{**vars(stage.world(_never)), "workers": workers})
    perform(stage.order(run, "act", attempt=attempt), world, 30.0)


def _never(_: NodeCall) -> NodeResult:
    raise AssertionError


def events(stage: Stage, run: Run, kind: str) -> list[Event]:
    items = stage.runs.table.query_all(f"{stage.tenant}#run#{run.id}", prefix="event#", most=100)
    return [Event.model_validate(i["event"]) for i in items if i["event"]["type"] == kind]


def read(tenant: str, name: str) -> tuple[int, Any]:
    return call(handler, "GET", f"/api/v3/workflows/values/{name}", None, a_caller(tenant), {})


def test_a_value_is_stored_under_its_name_and_counts_its_writes(tenant: str) -> None:
    for n in (1, 2):
        stage, run = started(tenant, "store", {"name": "rates.today", "value": {"for": "{{ params.who }}", "n": n}})
        deliver(stage, run)
    status, value = read(tenant, "rates.today")
    assert (status, value["value"], value["version"]) == (200, {"for": "Ada", "n": 2}, 2)
    assert value["stored_by"] == {"run_id": run.id, "node": "act"}
    assert read("t_other", "rates.today")[0] == 404
    assert read(tenant, "Not A Name")[0] == 422
    assert len(events(stage, run, "value.stored")) == 1


@pytest.mark.parametrize("fault", ["killed", "timeout", "throttle", "lost acknowledgement", "duplicate"])
@pytest.mark.parametrize(
    ("kind", "config", "told"),
    [
        ("store", {"name": "one", "value": 1}, "value.stored"),
        ("publish_event", {"detail_type": "order placed", "detail": {"id": 5}}, "tenant_event.published"),
        ("notify", {"channel": "websocket", "room": "run", "data": {"a": 1}}, "notification.sent"),
    ],
)
def test_whatever_strikes_the_completion_it_happens_once(
    tenant: str, monkeypatch: pytest.MonkeyPatch, fault: str, kind: str, config: dict[str, Any], told: str
) -> None:
    stage, run = started(tenant, kind, config)

    def again() -> None:
        with pytest.raises(Exception, match="at work"):
            deliver(stage, run)

    Calls(is_write_of("completed"), fault, again).put_between(monkeypatch)
    for attempt in (0, 1):
        try:
            deliver(stage, run, attempt)
            break
        except (Exception, ProcessKilled):  # noqa: BLE001  # it comes again, whatever it was
            continue
    assert stage.record(run, "act").status == NodeStatus.COMPLETED
    assert len(events(stage, run, told)) == 1
    if kind == "store":
        assert read(tenant, "one")[1]["version"] == 1


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"name": "{{ params.who }}", "value": 1}, "VALUE_REFUSED"),
        ({"name": "big", "value": "{{ 'x' * 70000 }}"}, None),
    ],
)
def test_what_cannot_be_stored_fails_the_node(tenant: str, config: dict[str, Any], code: str | None) -> None:
    stage, run = started(tenant, "store", config)
    with pytest.raises(PermanentStepError):
        deliver(stage, run)
    record = stage.record(run, "act")
    assert record.status == NodeStatus.FAILED
    assert code in (None, record.error["code"])


def test_a_tenants_event_cannot_pass_for_one_of_ours(tenant: str) -> None:
    forged = {"detail_type": "user.registered", "detail": {"tenant_id": "t_victim", "id": "mine"}}
    stage, run = started(tenant, "publish_event", forged)
    deliver(stage, run)
    entry = Bus(boto3.client("events"), "docchain")._entry(events(stage, run, "tenant_event.published")[0])
    assert (entry["Source"], entry["DetailType"]) == ("docchain.tenants", "user.registered")
    detail = json.loads(entry["Detail"])
    assert detail["tenant_id"] == tenant
    assert detail["detail"] == forged["detail"]


def test_an_event_that_the_bus_would_not_take_is_refused_before(tenant: str) -> None:
    stage, run = started(tenant, "publish_event", {"detail_type": "big", "detail": {"t": "x" * 210_000}})
    with pytest.raises(PermanentStepError, match="at most"):
        deliver(stage, run)
    assert events(stage, run, "tenant_event.published") == []


def test_a_message_is_numbered_in_its_room_once_and_other_facts_are_not_for_rooms(tenant: str) -> None:
    stage, run = started(tenant, "notify", {"channel": "websocket", "room": "user_5", "data": {"say": "hi"}})
    deliver(stage, run)
    facts = [RunFact("7", event) for event in events(stage, run, "notification.sent")]
    facts.append(RunFact("8", facts[0].event.model_copy(update={"type": "value.stored"})))
    rooms = a_table("realtime")
    first = number_events(rooms, facts)
    assert [(m.room_id, m.event_type, m.data["message"]) for _, m in first] == [
        (f"run_{run.id}", "notification_sent", {"say": "hi"}),
        ("user_5", "notification_sent", {"say": "hi"}),
    ]
    assert number_events(rooms, facts) == []


def test_letters_go_to_people_of_the_tenant_only(tenant: str) -> None:
    directory = a_table("identity")
    for address, whose in (("ada@example.com", tenant), ("eve@example.com", "t_other")):
        directory.put({"pk": f"_directory#email#{address}", "sk": "directory", "tenant_id": whose, "user_id": 1})
    letter = {"channel": "email", "subject": "Done", "text": "All of it, {{ params.who }}."}
    stage, run = started(tenant, "notify", {**letter, "to": ["Ada@example.com"]})
    deliver(stage, run)
    (order,) = events(stage, run, "mail.requested")
    assert (order.data["to"], order.data["text"]) == (["ada@example.com"], "All of it, Ada.")
    for stranger in ("eve@example.com", "nobody@example.com"):
        stage, run = started(tenant, "notify", {**letter, "to": f"ada@example.com, {stranger}"})
        with pytest.raises(PermanentStepError, match="nobody of this tenant"):
            deliver(stage, run)
        assert events(stage, run, "mail.requested") == []


def a_letter(tenant: str) -> Event:
    return Event(type="mail.requested", tenant_id=tenant, subject="runs/1", data={"to": ["a@b.c"], "subject": "s"})


def test_a_letter_that_was_refused_is_tried_again_and_one_that_left_is_not(tenant: str) -> None:
    letters, fact, sent = SentLetters(a_table("identity")), a_letter(tenant), list[int]()

    def refused() -> None:
        raise throttled("SendEmail")

    with pytest.raises(Exception, match="slow down"):
        letters.send_once(fact, refused)
    for _ in range(2):
        letters.send_once(fact, lambda: sent.append(1))
    assert sent == [1]


def test_a_letter_whose_sender_died_is_not_sent_again_but_told_of(tenant: str) -> None:
    letters, fact, sent = SentLetters(a_table("identity")), a_letter(tenant), list[int]()

    def killed() -> None:
        sent.append(1)
        raise ProcessKilled

    with pytest.raises(ProcessKilled):
        letters.send_once(fact, killed)
    for _ in range(2):
        letters.send_once(fact, lambda: sent.append(1))
    assert sent == [1]
    told = [i["event"] for i in letters.table.query_all(f"{tenant}#outbox", most=10)]
    assert [(e["type"], e["data"]["letter"]) for e in told] == [("mail.outcome_unknown", fact.id)]
