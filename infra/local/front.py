"""The one host of the local stage: what CloudFront does in AWS, as an ASGI app in the emulator's own process.

REST goes to the REST API; ``/api/v3/ws/ws*`` goes to the WebSocket API with the rest of its path as query parameters.
A second hop between processes would cost as much as the function behind it, so requests are handed on in the process.
"""

import json
import uuid
from pathlib import Path
from urllib.parse import quote, urlencode

from infra.local.answers import CODES, Answer, App, Headers, Message, Receive, Scope, Send, refuse

BODY_BYTES_MOST = 10 * 1024 * 1024
SOCKETS = "/api/v3/ws/ws"


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
            await refuse(send, 503, "DEPENDENCY_UNAVAILABLE", "The stage is still being deployed.", request_id)
            return
        body = await _body(scope, receive)
        if body is None:
            await refuse(send, 413, *CODES[413], request_id)
            return
        path = scope["path"].rstrip("/") or "/"
        inner = {
            **scope,
            "path": address + path,
            "raw_path": (address + quote(path, safe="/%:@!$&'()*+,;=~-._")).encode(),
            "headers": _request_headers(scope),
        }
        answer = Answer(send, request_id, scope["method"])
        try:
            await self._emulator(inner, _replay(body, receive), answer)
        except Exception:
            await answer.give_up()
            raise  # for the server's log

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


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """``None`` when it is larger than the gateway takes, which is said at once; the server throws the rest away."""
    declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
    if int(declared) > BODY_BYTES_MOST:
        return None
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_BYTES_MOST:
            return None
        chunks.append(chunk)
        if not message.get("more_body"):
            break
    return b"".join(chunks)


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


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
