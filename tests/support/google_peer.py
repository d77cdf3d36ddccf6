"""What Google's API answers, as replies for ``model_peer``."""

import json
from typing import Any

from tests.support.model_peer import Reply

MODEL = "gemini-2.5-flash"


def content(text: str, *, tokens: tuple[int, int] = (11, 7), stop: str = "STOP") -> Reply:
    return Reply(body=json.dumps(_chunk(text, tokens, stop)).encode())


def streamed(*texts: str, cut: bool = False, tokens: tuple[int, int] = (11, 7)) -> Reply:
    chunks = [_chunk(text, None, None) for text in texts]
    if not cut:
        chunks.append(_chunk("", tokens, "STOP"))
    pieces = tuple(f"data: {json.dumps(chunk)}\r\n\r\n".encode() for chunk in chunks)
    return Reply(headers={"content-type": "text/event-stream"}, pieces=pieces, cut=cut)


def embeddings(*vectors: list[float]) -> Reply:
    return Reply(body=json.dumps({"embeddings": [{"values": vector} for vector in vectors]}).encode())


def failure(status: int, *, told: str = "", headers: dict[str, str] | None = None) -> Reply:
    answer = {"error": {"code": status, "message": told, "status": "UNAVAILABLE"}}
    return Reply(status, json.dumps(answer).encode(), headers or {})


def _chunk(text: str, tokens: tuple[int, int] | None, stop: str | None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": [{"text": text}]}}
    if stop:
        candidate["finishReason"] = stop
    chunk: dict[str, Any] = {"candidates": [candidate], "modelVersion": MODEL}
    if tokens:
        # Thoughts are paid as output, and told apart.
        counts = {"promptTokenCount": tokens[0], "candidatesTokenCount": tokens[1] - 2, "thoughtsTokenCount": 2}
        chunk["usageMetadata"] = {**counts, "totalTokenCount": sum(tokens)}
    return chunk
