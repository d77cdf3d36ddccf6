"""A real HTTP peer that speaks OpenAI's wire format, and fails as it is told to.

It is what the SDK meets in tests: sockets, statuses, headers and JSON, but no model.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass
class Peer:
    base_url: str
    requests: list[dict[str, Any]]
    keys: list[str]


def completion(text: str, *, model: str = "gpt-5-mini-2025-08-07", tokens: tuple[int, int] = (11, 7)) -> Reply:
    answer = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)},
    }
    return Reply(body=json.dumps(answer).encode())


def failure(status: int, *, told: str = "", headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps({"error": {"message": told, "type": "error"}}).encode(), headers or {})


@contextmanager
def openai_peer(*replies: Reply) -> Iterator[Peer]:
    """Gives the replies in their order; the last one again and again."""
    waiting = list(replies)
    requests: list[dict[str, Any]] = []
    keys: list[str] = []

    def next_reply() -> Reply:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(next_reply, requests, keys))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Peer(f"http://127.0.0.1:{server.server_port}/v1", requests, keys)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(next_reply: Callable[[], Reply], requests: list[dict[str, Any]], keys: list[str]) -> type[Any]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            requests.append({"path": self.path, **body})
            keys.append(self.headers.get("authorization", ""))
            reply = next_reply()
            time.sleep(reply.delay)
            # A client that gave up waiting is what some tests want.
            with suppress(BrokenPipeError, ConnectionResetError):
                self._send(reply)

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"content-type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Silent: a test's output is pytest's."""

    return Handler
