"""Every answer that leaves the front: our headers on it, and errors of the gateway and the emulator in the envelope."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

SECURITY_HEADERS: Headers = [
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
]
# The local stage takes every origin. What a function says of it stands; the rest of the answers are the gateway's.
CORS_HEADERS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-request-id, retry-after"),
    (b"vary", b"origin"),
]
CODES = {
    400: ("BAD_REQUEST", "The request cannot be read."),
    401: ("UNAUTHORIZED", "Log in first: send Authorization: Bearer <access_token>."),
    403: ("FORBIDDEN", "This is not allowed."),
    404: ("NOT_FOUND", "There is nothing under this path."),
    413: ("PAYLOAD_TOO_LARGE", "The body is larger than 10 MB."),
    429: ("RATE_LIMITED", "Too many requests; try again in a second."),
}
LATER = ("DEPENDENCY_UNAVAILABLE", "Something on our side is away; try again.")


class Answer:
    """Hands an answer on with our headers; an error that is not in the envelope is put into it."""

    def __init__(self, send: Send, request_id: str, method: str) -> None:
        self._send = send
        self._request_id = request_id
        self._method = method
        self._error_start: Message | None = None
        self._error = b""
        self._bodiless = False
        self._begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] >= 400:
                self._error_start = message
                return
            self._begun = True
            # The gateway's own preflight answer says 204 and has a body, which a client would read as the next answer.
            self._bodiless = message["status"] in {204, 304}
            unwanted = {b"content-length", b"content-type"} if self._bodiless else set()
            headers = [(k, v) for k, v in message["headers"] if k.lower() not in unwanted]
            await self._send({**message, "headers": _with_ours(headers, self._request_id)})
        elif self._error_start is None:
            await self._send({**message, "body": b""} if self._bodiless else message)
        else:
            self._error += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_error(self._error_start)

    async def give_up(self) -> None:
        if not self._begun:
            await refuse(self._send, 503, *LATER, self._request_id)

    async def _send_error(self, start: Message) -> None:
        self._begun = True
        named = _request_id_of(self._error)
        if named is None and (self._error or self._method != "HEAD"):
            status = start["status"] if start["status"] < 500 else 503
            await refuse(
                self._send, status, *CODES.get(status, CODES[400] if status < 500 else LATER), self._request_id
            )
            return
        # The gateway names the content type of its own answers twice.
        types = [header for header in start["headers"] if header[0].lower() == b"content-type"]
        headers = [header for header in start["headers"] if header[0].lower() != b"content-type"] + types[:1]
        await self._send({**start, "headers": _with_ours(headers, named or self._request_id)})
        await self._send({"type": "http.response.body", "body": self._error})


def _with_ours(headers: Headers, request_id: str) -> Headers:
    present = {k.lower() for k, _ in headers}
    ours = [*SECURITY_HEADERS, *CORS_HEADERS, (b"x-request-id", request_id.encode())]
    return [*headers, *((k, v) for k, v in ours if k not in present)]


def _request_id_of(body: bytes) -> str | None:
    """``None`` for what is not the envelope."""
    try:
        error = json.loads(body)["error"]
        return str(error["request_id"]) if isinstance(error["code"], str) else None
    except (ValueError, KeyError, TypeError):
        return None


async def refuse(send: Send, status: int, code: str, message: str, request_id: str) -> None:
    body = json.dumps({"error": {"code": code, "message": message, "request_id": request_id}}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
        *SECURITY_HEADERS,
        *CORS_HEADERS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
