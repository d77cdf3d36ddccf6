"""ai/batch: each task has its own end, what is done is done once, and what is left goes on by itself."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from docchain.ai.batches.errors import BatchBusy
from docchain.events.models import Event
from functions.queues.ai_batch.run import work_off
from tests.support.gateways import a_gateway
from tests.support.openai_peer import completion
from tests.unit.functions.api.advanced_ai.conftest import Door

ITEMS = [
    {"task": "analyze", "text": "I love it, it works wonderfully", "analysis_type": "sentiment"},
    {"task": "generate", "prompt": "Hello", "provider": "openai"},
    {"task": "summarize", "document_id": "doc_nowhere"},
]


def told(door: Door) -> list[Event]:
    items = door.table.query_all(f"{door.caller.tenant_id}#outbox", most=100)
    return [Event.model_validate(item["event"]) for item in items]


def test_each_task_has_its_own_answer_or_its_own_error(door: Door, peered: Callable[..., Any]) -> None:
    with peered(completion("Hi.")):
        status, found = door.post("/batch", {"items": ITEMS})

    assert status == 200, found
    assert (found["status"], found["completed"], found["failed"], found["pending"]) == ("completed", 2, 1, 0)
    first, second, third = found["results"]
    assert first["answer"]["result"]["label"] == "positive"
    assert (second["answer"]["content"], second["answer"]["provider"]) == ("Hi.", "openai")
    assert third["error"]["code"] == "DOCUMENT_NOT_FOUND"
    assert [event.type for event in told(door)] == ["ai_batch.requested", "ai_batch.completed"]
    assert door.stats()["total_requests"] == 3


def test_it_can_be_read_again_and_not_by_another_tenant(door: Door, peered: Callable[..., Any]) -> None:
    with peered(completion("Hi.")):
        _, made = door.post("/batch", {"items": ITEMS})

    assert door.get(f"/batch/{made['id']}")[1] == made
    assert Door("t_other_of_batches").get(f"/batch/{made['id']}")[0] == 404


def test_the_same_key_does_nothing_twice(door: Door, peered: Callable[..., Any]) -> None:
    headers = {"idempotency-key": "once"}
    with peered(completion("Hi.")) as peer:
        _, first = door.post("/batch", {"items": ITEMS}, **headers)
        _, again = door.post("/batch", {"items": ITEMS}, **headers)

    assert first == again
    assert len(peer.requests) == 1


def test_what_the_wait_was_too_short_for_is_done_by_the_queue(door: Door, peered: Callable[..., Any]) -> None:
    with peered(completion("Hi.")) as peer:
        _, begun = door.post("/batch", {"items": ITEMS, "wait_seconds": 0})
        assert (begun["status"], begun["pending"]) == ("running", 3)
        requested, continued = told(door)
        gateway = a_gateway(openai=peer.base_url)
        work_off(continued, door.desk(gateway), door.batches)
        _, ended = door.get(f"/batch/{begun['id']}")
        asked = len(peer.requests)
        work_off(requested, door.desk(gateway), door.batches)

    assert (requested.type, continued.type) == ("ai_batch.requested", "ai_batch.continued")
    assert (ended["status"], ended["completed"], ended["failed"]) == ("completed", 2, 1)
    assert len(peer.requests) == asked == 1


def test_a_batch_that_somebody_holds_is_left_to_them(door: Door, peered: Callable[..., Any]) -> None:
    with peered(completion("Hi.")) as peer:
        _, begun = door.post("/batch", {"items": ITEMS, "wait_seconds": 0})
        assert door.batches.lease(door.caller.tenant_id, begun["id"], 60)
        with pytest.raises(BatchBusy):
            work_off(told(door)[0], door.desk(a_gateway(openai=peer.base_url)), door.batches)

    assert peer.requests == []


def test_a_caller_that_died_leaves_what_it_had_done(door: Door, peered: Callable[..., Any]) -> None:
    """The lease of the dead ends by itself, and the order is in the queue from the beginning."""
    tenant_id = door.caller.tenant_id
    with peered(completion("Hi.")) as peer:
        _, begun = door.post("/batch", {"items": ITEMS, "wait_seconds": 0})
        done = begun["results"][1] | {"status": "completed", "answer": {"content": "done before"}}
        from docchain.ai.batches.models import BatchResult

        door.batches.keep(tenant_id, begun["id"], BatchResult.model_validate(done))
        work_off(told(door)[0], door.desk(a_gateway(openai=peer.base_url)), door.batches)
        _, ended = door.get(f"/batch/{begun['id']}")

    assert peer.requests == []
    assert ended["results"][1]["answer"] == {"content": "done before"}
    assert ended["status"] == "completed"


def test_an_answer_that_is_too_large_for_a_batch_fails_alone(door: Door, peered: Callable[..., Any]) -> None:
    with peered(completion("x" * 40_000)):
        _, found = door.post("/batch", {"items": ITEMS[:2]})

    assert [result["status"] for result in found["results"]] == ["completed", "failed"]
    assert found["results"][1]["error"]["code"] == "AI_ANSWER_TOO_LARGE"


def test_a_hundred_and_one_and_what_is_no_task_are_422(alone: Door) -> None:
    assert alone.post("/batch", {"items": [ITEMS[0]] * 101})[0] == 422
    assert alone.post("/batch", {"items": []})[0] == 422
    assert alone.post("/batch", {"items": [{"task": "dance"}]})[0] == 422
    assert alone.post("/batch", {"items": [{"task": "generate", "prompt": "x", "stream": True}]})[0] == 422


def test_tasks_are_done_several_at_a_time(door: Door, peered: Callable[..., Any]) -> None:
    slow = completion("Hi.")
    slow.delay = 0.5
    items = [{"task": "generate", "prompt": f"Hello {n}"} for n in range(8)]
    with peered(slow):
        started = time.monotonic()
        _, found = door.post("/batch", {"items": items})

    assert found["completed"] == 8, json.dumps(found)
    assert time.monotonic() - started < 3.5
