"""The guarded client: calls an address that a user named, follows its redirects with the same care, bounds all of it.

Of the standard library only: what libraries do for comfort (proxies of the environment, cookies, pools, names resolved
a second time) is what must not happen here.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final
from urllib.parse import urljoin

from docchain.outbound.bodies import body_of
from docchain.outbound.connecting import Deadline, Incoming, connected
from docchain.outbound.errors import AddressRefused, AnswerRefused, PeerSilent, PeerUnreachable, RedirectRefused
from docchain.outbound.headers import checked_headers, for_another_origin
from docchain.outbound.policy import Policy
from docchain.outbound.resolving import Resolver, checked_addresses, system_resolver
from docchain.outbound.urls import Target, target_of

REDIRECTS_MOST: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD: Final = frozenset({307, 308})


@dataclass(frozen=True)
class Request:
    """``seconds`` bound the whole call, redirects and all."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    seconds: float = 30.0


@dataclass(frozen=True)
class Answer:
    """Names of headers are in lower case; of a header that came twice all values are joined by a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str


@dataclass(frozen=True)
class Client:
    policy: Policy
    resolve: Resolver = system_resolver
    tls: ssl.SSLContext | None = None

    def send(self, request: Request) -> Answer:
        """Raises ``AddressRefused`` and ``PeerUnreachable`` when nothing was sent, ``PeerSilent`` and
        ``AnswerRefused`` when it may have been done.
        """
        deadline = Deadline(time.monotonic() + request.seconds)
        first = replace(request, headers=checked_headers(request.headers))
        following = self._asked(first, deadline)
        try:
            for _ in range(REDIRECTS_MOST):
                if isinstance(following, Answer):
                    return following
                following = self._asked(following, deadline)
        except AddressRefused as error:
            raise RedirectRefused(f"The peer redirects to where we do not call: {error.message}") from error
        except PeerUnreachable as error:
            raise PeerSilent(f"The peer redirects to where nobody is: {error.message}") from error
        if isinstance(following, Answer):
            return following
        raise RedirectRefused(f"The peer redirects more than {REDIRECTS_MOST} times.")

    def _asked(self, request: Request, deadline: Deadline) -> "Answer | Request":
        """What it answered, or what it says to ask instead."""
        target = target_of(request.url, self.policy)
        answer = self._sent(request, target, deadline)
        place = answer.headers.get("location")
        if answer.status not in _REDIRECTS or place is None:
            return answer
        return _redirected(request, target, answer.status, place)

    def _sent(self, request: Request, target: Target, deadline: Deadline) -> Answer:
        try:
            left = deadline.left()
        except TimeoutError:
            raise PeerSilent(f"{target.origin} did not answer in time.") from None
        addresses = checked_addresses(target, self.policy, self.resolve, left)
        connection = connected(target, addresses, self.tls or default_tls(), deadline)
        try:
            return _exchange(connection, request, target, deadline)
        except http.client.HTTPException as error:
            if isinstance(error, http.client.RemoteDisconnected):
                raise PeerSilent(f"{target.origin} hung up without an answer.") from error
            raise AnswerRefused(f"{target.origin} did not answer in HTTP.") from error
        except TimeoutError:
            raise PeerSilent(f"{target.origin} did not answer in time.") from None
        except OSError as error:
            raise PeerSilent(f"{target.origin} broke the connection.") from error
        finally:
            connection.close()


@cache
def default_tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Received:
    """What ``http.client`` reads an answer from: a socket, as far as it looks at one."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._incoming = Incoming(connection, deadline)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._incoming)


def _exchange(connection: socket.socket, request: Request, target: Target, deadline: Deadline) -> Answer:
    lines = [f"{request.method} {target.path} HTTP/1.1", f"Host: {target.authority}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.body or request.method in {"POST", "PUT", "PATCH"}:
        lines.append(f"Content-Length: {len(request.body)}")
    lines += ["Accept-Encoding: identity", "Connection: close"]
    connection.settimeout(deadline.left())
    connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + request.body)
    received = _Received(connection, deadline)
    answer = http.client.HTTPResponse(received, method=request.method)  # type: ignore[arg-type]  # all it asks is makefile
    answer.begin()
    headers: dict[str, str] = {}
    for name, value in answer.getheaders():
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known}, {value}"
    return Answer(answer.status, headers, body_of(answer, headers.get("content-encoding", "")), request.url)


def _redirected(request: Request, target: Target, status: int, place: str) -> Request:
    """Secrets are for the origin that they were given for. Only 307 and 308 ask for the same body again."""
    url = urljoin(f"{target.origin}{target.path}", place)
    headers = dict(request.headers)
    if not url.startswith((f"{target.origin}/", f"{target.origin}?")):
        if target.scheme == "https" and not url.startswith("https:"):
            raise RedirectRefused("The peer redirects from https to something weaker.")
        headers = for_another_origin(headers)
    if status in _KEEPS_METHOD or request.method in {"GET", "HEAD"}:
        return replace(request, url=url, headers=headers)
    headers = {n: v for n, v in headers.items() if not n.lower().startswith("content-")}
    return replace(request, method="GET", url=url, headers=headers, body=b"")
