"""The one host of the local stage: what CloudFront does in AWS, as an ASGI app in the emulator's own process.

REST goes to the REST API; ``/api/v3/ws/ws*`` goes to the WebSocket API with the rest of its path as query parameters.
A second hop between processes would cost as much as the function behind it, so requests are handed on in the process.
"""

import json
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

BODY_BYTES_MOST = 10 * 1024 * 1024
SOCKETS = "/api/v3/ws/ws"
SECURITY_HEADERS: Headers = [
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
]
CODES = {
    400: ("BAD_REQUEST", "The request cannot be read."),
    401: ("UNAUTHORIZED", "Log in first: send Authorization: Bearer <access_token>."),
    403: ("FORBIDDEN", "This is not allowed."),
    404: ("NOT_FOUND", "There is nothing under this path."),
    413: ("PAYLOAD_TOO_LARGE", "The body is larger than 10 MB."),
    429: ("RATE_LIMITED", "Too many requests; try again in a second."),
}


class Front:
    def __init__(self, emulator: App, outputs_file: Path) -> None:
        self._emulator = emulator
        self._outputs_file = outputs_file
        self._outputs: dict[str, str] = {}
        self._written = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "lifespan":
                await _lifespan(receive, send)
            case "websocket":
                await self._websocket(scope, receive, send)
            case "http":
                await self._http(scope, receive, send)

    def _address(self, kind: str) -> str | None:
        """The deployed API; ``None`` until the first deployment is done. A later one may change it."""
        try:
            written = self._outputs_file.stat().st_mtime
        except FileNotFoundError:
            return None
        if written != self._written:
            self._outputs, self._written = json.loads(self._outputs_file.read_text()), written
        return f"/_aws/execute-api/{self._outputs[f'{kind}Id']}/{self._outputs[f'{kind}Stage']}"

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(uuid.uuid4())
        address = self._address("RestApi")
        if address is None:
            await _refuse(send, 503, "DEPENDENCY_UNAVAILABLE", "The stage is still being deployed.", request_id)
            return
        body = await _body(receive)
        if body is None:
            await _refuse(send, 413, *CODES[413], request_id)
            return
        path = scope["path"].rstrip("/") or "/"
        inner = {
            **scope,
            "path": address + path,
            "raw_path": (address + quote(path, safe="/%:@!$&'()*+,;=~-._")).encode(),
            "headers": _request_headers(scope),
        }
        await self._emulator(inner, _replay(body, receive), _Answer(send, request_id))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = self._address("WebSocketApi")
        path = scope["path"].rstrip("/")
        target = _target(path)
        if address is None or target is None:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        given = scope.get("query_string", b"").decode()
        query = "&".join(filter(None, [given, urlencode(target)]))
        inner = {
            **scope,
            "path": address,
            "raw_path": address.encode(),
            "query_string": query.encode(),
            "headers": _request_headers(scope),
        }
        await self._emulator(inner, receive, send)


def _target(path: str) -> dict[str, str] | None:
    """``/api/v3/ws/ws/workflow/7`` → ``target=workflow&target_id=7``; ``None`` for a path that is not a socket's."""
    if not (path == SOCKETS or path.startswith(f"{SOCKETS}/")):
        return None
    rest = [part for part in path.removeprefix(SOCKETS).split("/") if part]
    match rest:
        case []:
            return {}
        case [("workflow" | "user") as kind, number]:
            return {"target": kind, "target_id": number}
    return None


def _request_headers(scope: Scope) -> Headers:
    """An API key travels as a bearer token, and nobody says for whom they forward but us."""
    headers = [(k, v) for k, v in scope["headers"] if k not in {b"x-forwarded-for", b"x-forwarded-proto"}]
    names = {k for k, _ in headers}
    key = next((v for k, v in headers if k == b"x-api-key"), None)
    if key is not None and b"authorization" not in names:
        headers.append((b"authorization", b"Bearer " + key))
    client = scope.get("client") or ("127.0.0.1", 0)
    return [*headers, (b"x-forwarded-for", str(client[0]).encode())]


async def _body(receive: Receive) -> bytes | None:
    """``None`` when it is larger than the gateway takes; the rest is then read and thrown away."""
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= BODY_BYTES_MOST:
            chunks.append(chunk)
        if not message.get("more_body"):
            break
    return b"".join(chunks) if size <= BODY_BYTES_MOST else None


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body that was read already; after it the client's own word, which is when it goes away."""
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


class _Answer:
    """Hands an answer on with our headers; an error that is not in the envelope is put into it."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._start: Message | None = None
        self._error = b""
        self._bodiless = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._bodiless = message["status"] in {204, 304}
            if message["status"] < 400:
                headers = self._headers(message["headers"])
                if self._bodiless:
                    headers = [(k, v) for k, v in headers if k.lower() not in {b"content-length", b"content-type"}]
                await self._send({**message, "headers": headers})
            else:
                self._start = message
            return
        if self._start is None:
            # The gateway's own preflight answer says 204 and has a body, which a client would read as the next answer.
            await self._send({**message, "body": b""} if self._bodiless else message)
            return
        self._error += message.get("body", b"")
        if not message.get("more_body"):
            await self._send_error(self._start)

    async def _send_error(self, start: Message) -> None:
        if _is_envelope(self._error):
            await self._send({**start, "headers": self._headers(start["headers"])})
            await self._send({"type": "http.response.body", "body": self._error})
            return
        later = ("DEPENDENCY_UNAVAILABLE", "Something on our side is away; try again.")
        status = start["status"] if start["status"] in CODES else 503
        await _refuse(self._send, status, *CODES.get(status, later), self._request_id)

    def _headers(self, headers: Headers) -> Headers:
        present = {k.lower() for k, _ in headers}
        ours = [*SECURITY_HEADERS, (b"x-request-id", self._request_id.encode())]
        return [*headers, *((k, v) for k, v in ours if k not in present)]


def _is_envelope(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body)["error"]["code"], str)
    except (ValueError, KeyError, TypeError):
        return not body  # HEAD and 304 have none


async def _refuse(send: Send, status: int, code: str, message: str, request_id: str) -> None:
    body = json.dumps({"error": {"code": code, "message": message, "request_id": request_id}}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
        *SECURITY_HEADERS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
