"""What a stage lets its users call."""

from dataclasses import dataclass
from typing import Final

PORTS: Final = frozenset({80, 443, 8443})


@dataclass(frozen=True)
class Policy:
    """``loopback_ports`` are a developer's own peers on this machine: there, and only there, loopback may be called.

    ``plain_http`` is for a stage whose peers have no TLS.
    """

    plain_http: bool = False
    loopback_ports: frozenset[int] = frozenset()
    ports: frozenset[int] = PORTS

    @property
    def schemes(self) -> frozenset[str]:
        return frozenset({"https", "http"}) if self.plain_http else frozenset({"https"})


def policy_of(plain_http: bool, loopback_ports: str) -> Policy:
    """From a function's settings: the ports are comma-joined, empty for none."""
    return Policy(plain_http, frozenset(int(port) for port in loopback_ports.split(",") if port.strip()))
