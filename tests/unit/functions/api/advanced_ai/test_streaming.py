"""ai/generate with stream: pieces to the caller's sockets while the model writes, and the whole in the answer."""

from collections.abc import Callable
from typing import Any

from docchain import aws
from docchain.realtime.switchboard import Switchboard
from docchain.storage.table import Table
from tests.support.openai_peer import completion, failure, streamed
from tests.support.realtime import connected
from tests.unit.functions.api.advanced_ai.conftest import Door

WORDS = ("Bees ", "dance ", "to tell ", "where food is.")


def listening(door: Door, user_id: int = 1, tenant_id: str | None = None) -> str:
    board = Switchboard(Table(aws.dynamodb(), "realtime"), door.push)
    room = f"user_{user_id}"
    return connected(board, room, tenant_id=tenant_id or door.caller.tenant_id, user_id=user_id).connection


def heard(door: Door, socket: str) -> list[dict[str, Any]]:
    return [
        message for connection, message in door.push.posted if connection == socket and message["type"] == "ai_stream"
    ]


def test_pieces_are_numbered_without_gaps_and_make_the_answer(door: Door, peered: Callable[..., Any]) -> None:
    socket = listening(door)
    with peered(streamed(*WORDS, pause=0.08)):
        status, found = door.post("/generate", {"prompt": "Bees?", "stream": True, "stream_id": "mine"})
    messages = heard(door, socket)

    assert status == 200, found
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    assert [message["event"] for message in messages] == ["delta"] * (len(messages) - 1) + ["completed"]
    assert len(messages) > 2
    assert "".join(message["text"] for message in messages[:-1]) == found["content"] == "".join(WORDS)
    assert {message["stream_id"] for message in messages} == {"mine"} == {found["stream_id"]}
    assert found["pieces"] == len(messages) - 1
    assert found["seconds_to_first_piece"] > 0
    assert found["usage"]["total_tokens"] == 18


def test_what_is_written_at_once_is_pushed_together(door: Door, peered: Callable[..., Any]) -> None:
    socket = listening(door)
    with peered(streamed(*(["word "] * 60))):
        door.post("/generate", {"prompt": "Bees?", "stream": True})

    assert len(heard(door, socket)) < 20


def test_nobody_else_hears_it(door: Door, peered: Callable[..., Any]) -> None:
    other, stranger = listening(door, 2), listening(door, 1, "t_other_of_streams")
    with peered(streamed(*WORDS)):
        status, found = door.post("/generate", {"prompt": "Bees?", "stream": True})

    assert (status, found["content"]) == (200, "".join(WORDS))
    assert heard(door, other) == heard(door, stranger) == []


def test_a_socket_that_is_gone_does_not_end_the_answer(door: Door, peered: Callable[..., Any]) -> None:
    gone, there = listening(door), listening(door)
    door.push.gone.add(gone)
    with peered(streamed(*WORDS, pause=0.08)):
        status, _ = door.post("/generate", {"prompt": "Bees?", "stream": True})

    assert status == 200
    assert heard(door, gone) == []
    assert heard(door, there)[-1]["event"] == "completed"


def test_a_failure_is_heard_and_answered(door: Door, peered: Callable[..., Any]) -> None:
    socket = listening(door)
    with peered(failure(503), attempts=1):
        status, found = door.post("/generate", {"prompt": "Bees?", "stream": True})

    assert (status, found["error"]["code"]) == (503, "PROVIDER_UNAVAILABLE")
    assert [(m["event"], m["code"]) for m in heard(door, socket)] == [("failed", "PROVIDER_UNAVAILABLE")]
    assert door.stats()["failed_requests"] == 1


def test_a_stream_that_breaks_off_is_no_answer(door: Door, peered: Callable[..., Any]) -> None:
    socket = listening(door)
    with peered(streamed(*WORDS, cut=True)):
        status, found = door.post("/generate", {"prompt": "Bees?", "stream": True})

    assert (status, found["error"]["code"].startswith("PROVIDER_")) == (503, True)
    assert heard(door, socket)[-1]["event"] == "failed"


def test_marks_of_our_instructions_are_pushed_to_nobody(door: Door, peered: Callable[..., Any]) -> None:
    body = {"prompt": "Sum up", "text": "A text.", "stream": True, "cache_seconds": 0}
    with peered(completion("x")) as peer:
        door.post("/generate", {**body, "stream": False})
        mark = peer.requests[0]["messages"][-1]["content"].split("<<<DOCUMENT ")[1][:16]
    socket = listening(door)
    with peered(streamed("I was told: ", mark[:5], mark[5:11], mark[11:], " and more", pause=0.08)):
        status, found = door.post("/generate", body)

    assert (status, found["error"]["code"]) == (422, "AI_ANSWER_REFUSED")
    texts = "".join(message.get("text", "") for message in heard(door, socket))
    assert texts == "I was told: "
