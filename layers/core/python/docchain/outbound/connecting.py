"""One connection to a checked address, with every wait on it bounded by one deadline."""

import io
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docchain.outbound.errors import PeerUnreachable
from docchain.outbound.urls import Target

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CONNECT_SECONDS = 3.0


@dataclass(frozen=True)
class Deadline:
    """In ``time.monotonic()`` seconds."""

    at: float

    def left(self) -> float:
        """Raises ``TimeoutError`` when nothing is."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Incoming(io.RawIOBase):
    """What a socket receives. Each read may take what is left of the whole, so that a drip of bytes ends too."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)


def connected(target: Target, addresses: list[str], tls: ssl.SSLContext, deadline: Deadline) -> socket.socket:
    """TLS is checked against the host's name, though the address is connected to. Raises ``PeerUnreachable``."""
    until = Deadline(min(deadline.at, time.monotonic() + CONNECT_SECONDS))
    reason: OSError | None = None
    for address in addresses:
        try:
            plain = socket.create_connection((address, target.port), timeout=until.left())
        except OSError as error:
            reason = error
            continue
        if target.scheme == "http":
            return plain
        try:
            plain.settimeout(until.left())
            return tls.wrap_socket(plain, server_hostname=target.host)
        except OSError as error:  # ssl.SSLError is one
            plain.close()
            reason = error
    what = "does not speak TLS that we trust" if isinstance(reason, ssl.SSLError) else "cannot be reached"
    raise PeerUnreachable(f"{target.origin} {what}.") from reason
