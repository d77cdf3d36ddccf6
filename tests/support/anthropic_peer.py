"""What Anthropic's API answers, as replies for ``model_peer``."""

import json
from typing import Any

from tests.support.model_peer import Reply

MODEL = "claude-haiku-4-5-20251001"


def message(text: str, *, tokens: tuple[int, int] = (11, 7), stop: str = "end_turn") -> Reply:
    return Reply(body=json.dumps(_message([{"type": "text", "text": text}], stop, tokens)).encode())


def streamed(*texts: str, cut: bool = False, tokens: tuple[int, int] = (11, 7)) -> Reply:
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": _message([], None, (tokens[0], 1))},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    ]
    events += [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": t}} for t in texts]
    if not cut:
        ending = {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": tokens[1]}}
        events += [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", **ending},
            {"type": "message_stop"},
        ]
    pieces = tuple(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events)
    return Reply(headers={"content-type": "text/event-stream"}, pieces=pieces, cut=cut)


def failure(status: int, *, told: str = "", headers: dict[str, str] | None = None) -> Reply:
    answer = {"type": "error", "error": {"type": "api_error", "message": told}}
    return Reply(status, json.dumps(answer).encode(), headers or {})


def _message(content: list[Any], stop: str | None, tokens: tuple[int, int]) -> dict[str, Any]:
    usage = {"input_tokens": tokens[0], "output_tokens": tokens[1]}
    common = {"id": "msg_1", "type": "message", "role": "assistant", "model": MODEL}
    return {**common, "content": content, "stop_reason": stop, "stop_sequence": None, "usage": usage}
