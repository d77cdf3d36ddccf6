"""Events of the bus in the rooms that they concern."""

import json
import re
from pathlib import Path

import pytest

from docchain.audit.kinds import KINDS, UNKEPT
from docchain.entrypoints.queue import queue_handler
from docchain.events.cause import Cause
from docchain.events.models import Event
from docchain.realtime import keys
from docchain.realtime.bus_rooms import TOLD_IN, rooms_of
from docchain.realtime.history import read_history
from functions.queues.room_news.run import tell_rooms
from tests.support.realtime import a_sample, realtime
from tests.support.rest import a_context

__all__ = ["realtime"]
CONTRACT = {
    *("workflow_update", "workflow_execution", "node_update", "node_execution", "user_activity"),
    *("system_notification", "ai_processing", "cache_update", "security_event", "audit_event"),
    *("analytics_update", "notification_sent"),
}


def a_fact(kind, subject="things/1", **data):
    return Event(type=kind, tenant_id="default", subject=subject, data=data)


def heard(realtime, room, tenant_id="default"):
    return read_history(realtime, tenant_id, room, 0, 100)


@pytest.mark.parametrize(
    ("fact", "rooms"),
    [
        (a_fact("workflow.updated", workflow_id=7), ("workflow_7",)),
        (a_fact("node.added", workflow_id=7, node_id=1), ("workflow_7",)),
        (a_fact("user.logged_in", user_id=5), ("user_5",)),
        (a_fact("user.roles_changed", "users/5"), ("user_5",)),
        (a_fact("login.locked", user_id=5), ("user_5", "security")),
        (a_fact("login.locked", "users", user_id=None), ("security",)),
        (a_fact("threat.detected"), ("security",)),
        (a_fact("tenant.updated"), ("system",)),
        (a_fact("workflow.updated"), ()),
        (a_fact("run.started", workflow_id=7), ()),
    ],
)
def test_an_event_concerns_these_rooms(fact, rooms):
    assert rooms_of(fact) == rooms


def test_what_somebody_asked_for_is_told_to_them():
    cause = Cause(request_id="r", user_id=9)
    assert rooms_of(a_fact("ai_batch.completed").model_copy(update={"cause": cause})) == ("user_9",)


def test_it_is_told_once_in_each_room_however_often_it_comes(realtime):
    fact = a_fact("login.locked", user_id=5, minutes=15)
    for _ in range(3):
        tell_rooms(fact, realtime)
    for room in ("user_5", "security"):
        (message,) = heard(realtime, room)
        assert (message.event, message.event_type, message.event_id) == ("login.locked", "security_event", fact.id)
        assert message.data == {"subject": "things/1", "user_id": 5, "minutes": 15}
    assert heard(realtime, "user_5", "other") == []


def test_killed_between_two_rooms_the_other_hears_of_it_when_it_comes_again(realtime, monkeypatch):
    fact = a_fact("login.locked", user_id=5)
    transact, calls = type(realtime).transact, []

    def dying(table, actions, **named):
        calls.append(actions)
        if len(calls) == 2:
            raise OSError("killed")
        transact(table, actions, **named)

    monkeypatch.setattr(type(realtime), "transact", dying)
    with pytest.raises(OSError, match="killed"):
        tell_rooms(fact, realtime)
    tell_rooms(fact, realtime)
    assert len(heard(realtime, "user_5")) == len(heard(realtime, "security")) == 1


def test_neither_addresses_nor_sessions_are_told(realtime):
    tell_rooms(a_fact("user.logged_in", user_id=5, session_id="s", ip="203.0.113.9", user_agent="x"), realtime)
    (message,) = heard(realtime, "user_5")
    assert message.data == {"subject": "things/1", "user_id": 5}


def test_what_nobody_of_a_tenant_did_fills_no_room():
    fact = a_fact("login.locked").model_copy(update={"tenant_id": keys.ANONYMOUS})
    assert rooms_of(fact) == ()


def test_the_table_speaks_of_events_that_there_are_and_of_kinds_of_the_contract():
    assert TOLD_IN.keys() <= KINDS.keys() | UNKEPT
    assert {event_type for event_type, _ in TOLD_IN.values()} <= CONTRACT


def test_the_docs_name_every_event_of_the_table():
    text = Path("docs/realtime.md").read_text()
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", text))
    assert TOLD_IN.keys() <= named


def test_a_bus_rule_takes_them_all():
    assert len(json.dumps({"source": ["docchain"], "detail-type": sorted(TOLD_IN)})) <= 2048


def test_a_tasks_room_hears_of_its_progress_and_its_asker_of_its_end(realtime):
    """``user_7`` is whoever asked for the task."""
    for n, name in enumerate(("started", "progressed", "completed")):
        tell_rooms(a_fact(f"task.{name}", task_id="t-1", user_id=7, progress=n / 2), realtime)
    assert [message.event for message in heard(realtime, "task_t-1")] == [
        "task.started",
        "task.progressed",
        "task.completed",
    ]
    assert [message.event for message in heard(realtime, "user_7")] == ["task.completed"]


def test_who_asked_for_a_run_hears_how_it_ends_and_nobody_of_one_that_the_system_started(realtime):
    tell_rooms(a_fact("run.failed", run_id=3, workflow_id=7, user_id=5), realtime)
    tell_rooms(a_fact("run.completed", run_id=4, workflow_id=7), realtime)
    assert [message.event for message in heard(realtime, "user_5")] == ["run.failed"]
    assert heard(realtime, "workflow_7") == []  # it hears of runs by their stream


def test_the_message_of_sqs_is_understood(realtime):
    handler = queue_handler(Event, lambda fact: tell_rooms(fact, realtime))
    assert handler(a_sample("queues/room_news.json"), a_context()) == {"batchItemFailures": []}
    assert [m.event for m in heard(realtime, "workflow_7")] == ["workflow.updated"]
