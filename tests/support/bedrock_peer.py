"""What Bedrock's runtime answers, as replies for ``model_peer``; streams in the framing of AWS event streams.

A frame: length of all, length of the headers, CRC-32 of those eight bytes, headers (each its name, type 7 for a text,
value), payload, CRC-32 of all before it; numbers are big-endian.
"""

import json
import struct
from binascii import crc32
from typing import Any

from tests.support.model_peer import Reply


def converse(
    text: str = "",
    *,
    tool_input: dict[str, Any] | None = None,
    tokens: tuple[int, int] = (11, 7),
    stop: str = "end_turn",
) -> Reply:
    block = (
        {"text": text} if tool_input is None else {"toolUse": {"toolUseId": "t", "name": "answer", "input": tool_input}}
    )
    return Reply(
        body=json.dumps(
            {
                "output": {"message": {"role": "assistant", "content": [block]}},
                "stopReason": stop,
                "usage": _usage(tokens),
                "metrics": {"latencyMs": 3},
            }
        ).encode()
    )


def streamed(*texts: str, cut: bool = False, broken: bool = False, tokens: tuple[int, int] = (11, 7)) -> Reply:
    """``broken``: a frame whose checksum is wrong."""
    frames = [frame("messageStart", {"role": "assistant"})]
    frames += [frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": text}}) for text in texts]
    if broken:
        frames.append(frames[-1][:-1] + bytes([frames[-1][-1] ^ 1]))
    if not cut:
        frames.append(frame("messageStop", {"stopReason": "end_turn"}))
        frames.append(frame("metadata", {"usage": _usage(tokens), "metrics": {"latencyMs": 3}}))
    headers = {"content-type": "application/vnd.amazon.eventstream"}
    return Reply(headers=headers, pieces=tuple(frames), cut=cut)


def throttled_in_the_stream(text: str) -> Reply:
    told = frame("throttlingException", {"message": "slow down"}, kind="exception")
    pieces = (frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": text}}), told)
    return Reply(headers={"content-type": "application/vnd.amazon.eventstream"}, pieces=pieces)


def embedding(vector: list[float], tokens: int = 5) -> Reply:
    return Reply(body=json.dumps({"embedding": vector, "inputTextTokenCount": tokens}).encode())


def failure(status: int, *, told: str = "", headers: dict[str, str] | None = None) -> Reply:
    kinds = {400: "ValidationException", 401: "UnrecognizedClientException", 403: "AccessDeniedException"}
    kind = kinds.get(status, "ThrottlingException" if status == 429 else "InternalServerException")
    return Reply(status, json.dumps({"message": told}).encode(), {"x-amzn-errortype": kind, **(headers or {})})


def frame(event: str, payload: dict[str, Any], kind: str = "event") -> bytes:
    named = {f":{kind}-type": event, ":content-type": "application/json", ":message-type": kind}
    headers = b"".join(_header(name, value) for name, value in named.items())
    body = json.dumps(payload).encode()
    start = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    start += struct.pack("!I", crc32(start))
    whole = start + headers + body
    return whole + struct.pack("!I", crc32(whole))


def _header(name: str, value: str) -> bytes:
    return struct.pack("!B", len(name)) + name.encode() + b"\x07" + struct.pack("!H", len(value)) + value.encode()


def _usage(tokens: tuple[int, int]) -> dict[str, int]:
    return {"inputTokens": tokens[0], "outputTokens": tokens[1], "totalTokens": sum(tokens)}
