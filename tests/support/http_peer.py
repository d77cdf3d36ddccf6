"""A real HTTP server on loopback that counts what reaches it, for the client that calls the outside."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """``after`` is how long it thinks; ``hangs_up`` answers nothing at all; ``drip`` seconds between single bytes."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0
    hangs_up: bool = False
    drip: float = 0.0


@dataclass
class Peer:
    """``effects`` are counted as a receiver would that honours ``Idempotency-Key``; ``received`` is all there was."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    reply: Callable[[Received], Reply] = lambda _: Reply()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def effects(self) -> int:
        keys = [r.headers.get("idempotency-key") for r in self.received]
        return len({k for k in keys if k}) + sum(1 for k in keys if not k)


@contextmanager
def a_peer(port: int = 0) -> Iterator[Peer]:
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {k.lower(): v for k, v in self.headers.items()}
            received = Received(self.command, self.path, headers, self.rfile.read(length))
            peer.received.append(received)
            reply = peer.reply(received)
            time.sleep(reply.after)
            if reply.hangs_up:
                self.close_connection = True
                return
            self.send_response(reply.status)
            sent = {"content-type": "application/json", "content-length": str(len(reply.body)), **reply.headers}
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self._write(reply)
            except OSError:  # the caller went away, as some tests want
                self.close_connection = True

        def _write(self, reply: Reply) -> None:
            if not reply.drip:
                self.wfile.write(reply.body)
                return
            for at in range(len(reply.body)):
                self.wfile.write(reply.body[at : at + 1])
                time.sleep(reply.drip)

        def log_message(self, format: str, *arguments: Any) -> None:
            return None

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    peer.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
