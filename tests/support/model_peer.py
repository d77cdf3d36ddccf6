"""A real HTTP peer on loopback that gives the replies it was told to: what the SDKs of providers meet in tests.

It has no model. What the replies look like is said by the file of each provider (``openai_peer`` and so on).
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """With ``pieces`` the body comes in chunks, ``pause`` seconds apart; ``cut`` breaks off without the last one."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    pieces: tuple[bytes, ...] = ()
    pause: float = 0.0
    cut: bool = False


@dataclass
class Peer:
    """``requests``: path and JSON body; ``headers`` of each, names in lower case; ``keys``: their Authorization."""

    base_url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [headers.get("authorization", "") for headers in self.headers]


@contextmanager
def model_peer(*replies: Reply, port: int = 0) -> Iterator[Peer]:
    """Gives the replies in their order; the last one again and again."""
    waiting, lock = list(replies), threading.Lock()

    def next_reply() -> Reply:
        with lock:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    peer = Peer("")
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(next_reply, peer))
    server.daemon_threads = True
    peer.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(next_reply: Callable[[], Reply], peer: Peer) -> type[Any]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            peer.requests.append({"path": self.path, **body})
            peer.headers.append({name.lower(): value for name, value in self.headers.items()})
            reply = next_reply()
            time.sleep(reply.delay)
            self.close_connection = True
            # A client that gave up waiting is what some tests want.
            with suppress(BrokenPipeError, ConnectionResetError):
                self._send(reply)

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"content-type": "application/json", "connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            if not reply.pieces:
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
                return
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for piece in reply.pieces:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.wfile.flush()
                time.sleep(reply.pause)
            if not reply.cut:
                self.wfile.write(b"0\r\n\r\n")
            self.connection.shutdown(socket.SHUT_WR)

        def log_message(self, *_: object) -> None:
            """Silent: a test's output is pytest's."""

    return Handler
