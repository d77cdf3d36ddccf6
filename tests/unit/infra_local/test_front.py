"""The front hands on what belongs to the APIs, and says everything else in the envelope."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.front import BODY_BYTES_MOST, Front

OUTPUTS = {"RestApiId": "r1", "RestApiStage": "v1", "WebSocketApiId": "w1", "WebSocketApiStage": "v1"}


class Emulator:
    """Stands where MiniStack does and answers what a test wants."""

    def __init__(self, status: int = 200, body: bytes = b"{}") -> None:
        self.status, self.body = status, body
        self.headers = [(b"content-type", b"text/x")]
        self.seen: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen.append(scope)
        if scope["type"] == "websocket":
            return
        self.received = (await receive()).get("body")
        if self.status == 0:
            raise ConnectionError("the emulator broke")
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(OUTPUTS))
    return file


def ask(
    front: Front,
    path: str,
    body: bytes = b"",
    kind: str = "http",
    method: str = "GET",
    into: list[Any] | None = None,
    **headers: str,
) -> tuple[int, Any, bytes]:
    sent: list[Any] = [] if into is None else into

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": b"connection_id=a",
        "headers": pairs,
        "client": ("127.0.0.9", 1),
    }
    asyncio.run(front(scope, receive, send))
    starts = [m for m in sent if m["type"] == "http.response.start"]
    content = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return (starts[0]["status"], dict(starts[0]["headers"]), content) if starts else (0, sent, b"")


@pytest.mark.parametrize(("path", "inner"), [("/health/", "/health"), ("/", "/"), ("/a b", "/a b")])
def test_a_path_reaches_the_rest_api_without_its_trailing_slash(outputs: Path, path: str, inner: str) -> None:
    emulator = Emulator()
    assert ask(Front(emulator, outputs), path)[0] == 200
    assert emulator.seen[0]["path"] == f"/_aws/execute-api/r1/v1{inner}"


def test_an_api_key_becomes_a_bearer_token_and_nobody_forges_their_address(outputs: Path) -> None:
    emulator = Emulator()
    ask(Front(emulator, outputs), "/x", x_api_key="k1", x_forwarded_for="6.6.6.6")
    headers = dict(emulator.seen[0]["headers"])
    assert headers[b"authorization"] == b"Bearer k1"
    assert headers[b"x-forwarded-for"] == b"127.0.0.9"


def test_a_given_token_wins_over_a_key(outputs: Path) -> None:
    emulator = Emulator()
    ask(Front(emulator, outputs), "/x", x_api_key="k1", authorization="Bearer t")
    assert [v for k, v in emulator.seen[0]["headers"] if k == b"authorization"] == [b"Bearer t"]


def test_a_body_over_ten_megabytes_is_refused_at_the_door(outputs: Path) -> None:
    emulator = Emulator()
    status, _, body = ask(Front(emulator, outputs), "/x", b"x" * (BODY_BYTES_MOST + 1))
    assert (status, json.loads(body)["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert emulator.seen == []


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (403, b'{"message": null}', (403, "FORBIDDEN")),
        (404, b"<html>", (404, "NOT_FOUND")),
        (404, b"", (404, "NOT_FOUND")),
        (418, b"secret", (418, "BAD_REQUEST")),
        (502, b"Traceback: secret", (503, "DEPENDENCY_UNAVAILABLE")),
    ],
)
def test_an_error_outside_the_envelope_is_put_into_it(
    outputs: Path, status: int, body: bytes, told: tuple[int, str]
) -> None:
    answered, _, content = ask(Front(Emulator(status, body), outputs), "/x")
    assert (answered, json.loads(content)["error"]["code"]) == told
    assert b"secret" not in content


def test_an_error_in_the_envelope_is_left_as_it_is(outputs: Path) -> None:
    body = b'{"error": {"code": "CONFLICT", "message": "m", "request_id": "1"}}'
    status, headers, content = ask(Front(Emulator(409, body), outputs), "/x")
    assert (status, content) == (409, body)
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_no_content_has_no_content(outputs: Path) -> None:
    status, headers, content = ask(Front(Emulator(204, b"{}"), outputs), "/x")
    assert (status, content) == (204, b"")
    assert b"content-length" not in headers


def test_an_error_has_one_request_id_one_content_type_and_all_its_cookies(outputs: Path) -> None:
    emulator = Emulator(401, b'{"error": {"code": "UNAUTHORIZED", "message": "m", "request_id": "r-7"}}')
    json_type = (b"content-type", b"application/json")
    emulator.headers = [json_type, json_type, (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    sent: list[Any] = []
    _, headers, _ = ask(Front(emulator, outputs), "/x", into=sent)
    assert headers[b"x-request-id"] == b"r-7"
    names = [name for name, _ in sent[0]["headers"]]
    assert (names.count(b"content-type"), names.count(b"set-cookie")) == (1, 2)


def test_an_error_of_a_head_request_has_no_body(outputs: Path) -> None:
    status, headers, body = ask(Front(Emulator(404, b""), outputs), "/x", method="HEAD")
    assert (status, body) == (404, b"")
    assert headers[b"x-request-id"]


def test_an_emulator_that_breaks_is_told_in_the_envelope_and_in_the_log(outputs: Path) -> None:
    sent: list[Any] = []
    with pytest.raises(ConnectionError):
        ask(Front(Emulator(0), outputs), "/x", into=sent)
    assert sent[0]["status"] == 503
    assert json.loads(sent[1]["body"])["error"]["code"] == "DEPENDENCY_UNAVAILABLE"


def test_a_body_that_is_declared_too_large_is_refused_unread(outputs: Path) -> None:
    status, _, _ = ask(Front(Emulator(), outputs), "/x", b"x", content_length=str(BODY_BYTES_MOST + 1))
    assert status == 413


def test_before_the_first_deployment_it_says_so(tmp_path: Path) -> None:
    assert ask(Front(Emulator(), tmp_path / "none.json"), "/x")[0] == 503


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/v3/ws/ws", "connection_id=a"),
        ("/api/v3/ws/ws/workflow/7", "connection_id=a&target=workflow&target_id=7"),
        ("/api/v3/ws/ws/user/1/", "connection_id=a&target=user&target_id=1"),
    ],
)
def test_a_sockets_path_travels_as_query(outputs: Path, path: str, query: str) -> None:
    emulator = Emulator()
    ask(Front(emulator, outputs), path, kind="websocket")
    assert emulator.seen[0]["path"] == "/_aws/execute-api/w1/v1"
    assert emulator.seen[0]["query_string"] == query.encode()


@pytest.mark.parametrize("path", ["/", "/api/v3/ws/wsx", "/api/v3/ws/ws/room/1", "/api/v3/ws/ws/workflow"])
def test_another_path_is_no_socket(outputs: Path, path: str) -> None:
    emulator = Emulator()
    _, sent, _ = ask(Front(emulator, outputs), path, kind="websocket")
    assert sent[-1]["type"] == "websocket.close"
    assert emulator.seen == []
