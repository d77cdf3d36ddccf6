"""From the stream of runs into the histories of their rooms."""

import pytest

from docchain.entrypoints.listener import stream_handler
from docchain.realtime.history import read_history
from functions.listeners.run_events.run import tell_rooms
from tests.support.realtime import a_change, a_run_event, a_sample
from tests.support.rest import a_context


def killed(*_, **__):
    raise OSError("killed")


def a_batch(how_many=3, first=1, **fields):
    return [a_change(a_run_event(data={"n": n}, **fields), n) for n in range(first, first + how_many)]


def seqs(realtime, room, tenant_id="default"):
    return [m.seq for m in read_history(realtime, tenant_id, room, 0, 100)]


def test_events_are_kept_in_order_in_both_rooms(realtime):
    assert tell_rooms(a_batch(), realtime) == []
    assert seqs(realtime, "workflow_7") == seqs(realtime, "run_1") == [1, 2, 3]
    message = read_history(realtime, "default", "workflow_7", 0, 1)[0]
    assert (message.type, message.event_type, message.data["run_id"]) == ("event", "node_execution", 1)


def test_another_tenants_room_of_the_same_name_stays_empty(realtime):
    tell_rooms(a_batch(), realtime)
    assert seqs(realtime, "workflow_7", "other") == []


def test_a_batch_delivered_again_or_seen_in_part_is_kept_once(realtime):
    batch = a_batch(5)
    tell_rooms(batch[:2], realtime)
    tell_rooms(batch, realtime)
    tell_rooms(batch, realtime)
    assert seqs(realtime, "run_1") == [1, 2, 3, 4, 5]


def test_history_that_cannot_be_written_fails_the_batch(realtime, monkeypatch):
    with monkeypatch.context() as crash:
        crash.setattr(type(realtime), "transact", killed)
        with pytest.raises(OSError, match="killed"):
            tell_rooms(a_batch(), realtime)
    assert seqs(realtime, "run_1") == []


def test_a_notification_is_one_by_the_contracts_name(realtime):
    event = a_run_event(kind="notification.sent", data={"room": "user_5", "message": {"hi": 1}})
    tell_rooms([a_change(event, 1)], realtime)
    (message,) = read_history(realtime, "default", "user_5", 0, 10)
    assert message.event_type == "notification_sent"


def test_the_stream_record_of_dynamodb_is_understood(realtime):
    handler = stream_handler(lambda changes: tell_rooms(changes, realtime))
    assert handler(a_sample("listeners/run_events.json"), a_context()) == {"batchItemFailures": []}
    heard = read_history(realtime, "default", "workflow_7", 0, 100)
    assert [m.event for m in heard] == ["run.started", "node.started", "node.completed"]
    assert heard[2].data["facts"] == {"words": 120}
