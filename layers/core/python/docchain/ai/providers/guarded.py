"""The SDK's way out to an address that a user named: each call resolved, checked, pinned and bounded by one deadline.

The SDK's own client would resolve the name again after the check, follow redirects and go through proxies.
"""

import http.client
import io
import time
from collections.abc import Iterator
from typing import Final

import httpx2

from docchain.outbound.client import default_tls
from docchain.outbound.connecting import Deadline, Incoming, connected
from docchain.outbound.errors import PeerUnreachable
from docchain.outbound.policy import Policy
from docchain.outbound.resolving import Resolver, checked_addresses, system_resolver
from docchain.outbound.urls import target_of

ANSWER_BYTES_MOST: Final = 32_000_000
_PIECE: Final = 65_536
# Of one connection and one hop; the bytes of the body are counted by us.
_OURS: Final = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})


class _Received:
    """What ``http.client`` reads an answer from: a socket, as far as it looks at one."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._incoming)


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: http.client.HTTPResponse, connection: io.IOBase) -> None:
        self._answer, self._connection = answer, connection

    def __iter__(self) -> Iterator[bytes]:
        total = 0
        with _as_http():
            while piece := self._answer.read1(_PIECE):
                total += len(piece)
                if total > ANSWER_BYTES_MOST:
                    raise httpx2.RemoteProtocolError(f"the answer is larger than {ANSWER_BYTES_MOST} bytes")
                yield piece
            if self._answer.length or (self._answer.chunked and not self._answer.isclosed()):
                raise httpx2.RemoteProtocolError("the peer closed the connection in the middle of its answer")

    def close(self) -> None:
        self._answer.close()
        self._connection.close()


class GuardedTransport(httpx2.BaseTransport):
    def __init__(self, policy: Policy, resolve: Resolver = system_resolver) -> None:
        self._policy, self._resolve = policy, resolve

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises ``AddressRefused`` before anything is sent."""
        seconds = request.extensions.get("timeout", {}).get("read") or 30.0
        deadline = Deadline(time.monotonic() + seconds)
        target = target_of(str(request.url), self._policy)
        with _as_http():
            addresses = checked_addresses(target, self._policy, self._resolve, deadline.left())
            connection = connected(target, addresses, default_tls(), deadline)
        try:
            with _as_http():
                body = request.read()
                lines = [f"{request.method} {target.path} HTTP/1.1", f"Host: {target.authority}"]
                lines += [f"{k}: {v}" for k, v in request.headers.items() if k.lower() not in _OURS]
                lines += [f"Content-Length: {len(body)}", "Accept-Encoding: identity", "Connection: close"]
                connection.settimeout(deadline.left())
                connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
                received = _Received(Incoming(connection, deadline))
                answer = http.client.HTTPResponse(received, method=request.method)  # type: ignore[arg-type]  # as a socket
                answer.begin()
        except BaseException:  # raised on: also a process that ends leaves no connection open
            connection.close()
            raise
        stream = _Body(answer, connection)  # type: ignore[arg-type]  # a socket closes as a file does
        return httpx2.Response(answer.status, headers=answer.getheaders(), stream=stream)


class _as_http:  # noqa: N801  # reads as a word in a with statement
    """The errors that the SDK knows."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        match error:
            case TimeoutError():
                raise httpx2.ReadTimeout("the peer did not answer in time") from None
            case PeerUnreachable():
                raise httpx2.ConnectError("the peer cannot be reached") from None
            case http.client.HTTPException() | OSError():
                raise httpx2.RemoteProtocolError("the peer broke the connection") from None
