"""Events from the tables to the bus: all of them, in batches that EventBridge takes."""

import json

import pytest
from botocore.stub import Stubber

from docchain import aws
from docchain.entrypoints.listener import stream_handler
from docchain.events.models import Event
from functions.listeners.outbox import run
from functions.listeners.outbox.bus import Bus
from functions.listeners.outbox.run import BATCH_BYTES_MOST, publish_events
from tests.support.realtime import a_change, a_run_event, a_sample
from tests.support.rest import a_context


@pytest.fixture
def answers(aws_account, monkeypatch):
    monkeypatch.setattr(run.time, "sleep", lambda _: None)
    with Stubber(aws.events()) as stub:
        yield stub


@pytest.fixture
def calls(answers, monkeypatch):
    """Each call's events."""
    made, real = [], Bus.put

    def put(self, events):
        made.append([event.id for event in events])
        return real(self, events)

    monkeypatch.setattr(Bus, "put", put)
    return made


def a_bus():
    return Bus(aws.events(), "docchain")


def taking(stub, how_many, refused=()):
    entries = [{"ErrorCode": "ThrottlingException"} if n in refused else {"EventId": str(n)} for n in range(how_many)]
    stub.add_response("put_events", {"FailedEntryCount": len(refused), "Entries": entries})


def a_batch(how_many, size=0):
    return [a_change(a_run_event(data={"text": "x" * size}), n) for n in range(1, how_many + 1)]


def ids(changes):
    return [change.new["event"]["id"] for change in changes]


def test_batches_of_ten(answers, calls):
    batch = a_batch(23)
    for size in (10, 10, 3):
        taking(answers, size)
    assert publish_events(batch, a_bus()) == []
    assert [len(call) for call in calls] == [10, 10, 3]
    assert [event_id for call in calls for event_id in call] == ids(batch)


def test_batches_of_256_kb(answers, calls):
    for size in (2, 2, 1):
        taking(answers, size)
    assert publish_events(a_batch(5, size=100_000), a_bus()) == []
    assert [len(call) for call in calls] == [2, 2, 1]


def test_refused_entries_are_tried_again_without_their_neighbours(answers, calls):
    batch = a_batch(4)
    taking(answers, 4, refused=(1, 3))
    taking(answers, 2, refused=(1,))
    taking(answers, 1)
    assert publish_events(batch, a_bus()) == []
    one, two, three, four = ids(batch)
    assert calls == [[one, two, three, four], [two, four], [four]]


def test_those_refused_to_the_last_are_named_and_the_others_go_out(answers, calls):
    batch = a_batch(12)
    taking(answers, 10, refused=(2,))
    for _ in range(3):
        taking(answers, 1, refused=(0,))
    taking(answers, 2)
    assert publish_events(batch, a_bus()) == ["3"]
    assert calls[-1] == ids(batch)[10:]


def test_a_bus_that_does_not_answer_fails_the_batch(answers):
    answers.add_client_error("put_events", "InternalFailure", http_status_code=400)
    with pytest.raises(Exception, match="InternalFailure"):
        publish_events(a_batch(1), a_bus())


def test_an_event_larger_than_the_bus_takes_still_tells_that_it_happened(answers, monkeypatch):
    sent = []
    monkeypatch.setattr(Bus, "put", lambda self, events: sent.extend(events) or [])
    large = a_run_event(data={"text": "x" * BATCH_BYTES_MOST})
    assert publish_events([a_change(large, 1)], a_bus()) == []
    assert (sent[0].id, sent[0].subject, sent[0].data) == (large.id, large.subject, {"too_large": True})


def test_an_entry_says_who_what_and_when(answers):
    event = a_run_event(kind="run.completed", actor="ada")
    entry = {
        "EventBusName": "docchain",
        "Source": "docchain",
        "DetailType": "run.completed",
        "Detail": event.model_dump_json(),
        "Time": event.occurred_at,
    }
    answers.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}, {"Entries": [entry]})
    publish_events([a_change(event, 1)], a_bus())
    assert Event.model_validate(json.loads(entry["Detail"])) == event


def test_the_stream_record_of_dynamodb_is_understood_and_a_refusal_named(answers):
    taking(answers, 3, refused=(1,))
    for _ in range(3):
        taking(answers, 1, refused=(0,))
    handler = stream_handler(lambda changes: publish_events(changes, a_bus()))
    assert handler(a_sample("listeners/outbox.json"), a_context()) == {
        "batchItemFailures": [{"itemIdentifier": "111100000000000000000002"}]
    }
