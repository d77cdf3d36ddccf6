"""A peer that speaks OpenAI's wire format, and fails as it is told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.model_peer import Peer, Reply, model_peer

__all__ = ["Peer", "Reply", "completion", "embeddings", "failure", "openai_peer", "streamed"]

STREAM = {"content-type": "text/event-stream"}


def completion(
    text: str, *, model: str = "gpt-5-mini-2025-08-07", tokens: tuple[int, int] = (11, 7), finish: str = "stop"
) -> Reply:
    answer = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)},
    }
    return Reply(body=json.dumps(answer).encode())


def streamed(*texts: str, cut: bool = False, pause: float = 0.0, tokens: tuple[int, int] = (11, 7)) -> Reply:
    def event(choices: list[Any], **more: Any) -> bytes:
        common = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5-mini-2025-08-07"}
        return f"data: {json.dumps({**common, 'choices': choices, **more})}\n\n".encode()

    pieces = [event([{"index": 0, "delta": {"content": text}, "finish_reason": None}]) for text in texts]
    if not cut:
        pieces.append(event([{"index": 0, "delta": {}, "finish_reason": "stop"}]))
        pieces.append(event([], usage={"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": 18}))
        pieces.append(b"data: [DONE]\n\n")
    return Reply(headers=STREAM, pieces=tuple(pieces), cut=cut, pause=pause)


def embeddings(*vectors: list[float], tokens: int = 5) -> Reply:
    data = [{"object": "embedding", "index": i, "embedding": vector} for i, vector in enumerate(vectors)]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    answer = {"object": "list", "model": "text-embedding-3-small", "data": data, "usage": usage}
    return Reply(body=json.dumps(answer).encode())


def failure(status: int, *, told: str = "", headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps({"error": {"message": told, "type": "error"}}).encode(), headers or {})


@contextmanager
def openai_peer(*replies: Reply, port: int = 0) -> Iterator[Peer]:
    """Its ``base_url`` is the SDK's, with the version."""
    with model_peer(*replies, port=port) as peer:
        peer.base_url += "/v1"
        yield peer
