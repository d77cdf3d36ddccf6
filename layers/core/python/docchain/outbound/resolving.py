"""From a host to the addresses that will be connected to: asked once, checked all, and never asked again."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswerInTime

from docchain.outbound.addresses import is_loopback, is_public, parsed
from docchain.outbound.errors import AddressRefused, PeerUnreachable
from docchain.outbound.policy import Policy
from docchain.outbound.urls import Target

Resolver = Callable[[str, int], list[str]]


def system_resolver(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    # IPv4 first: a function outside a VPC has no IPv6 way out.
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(target: Target, policy: Policy, resolve: Resolver, seconds: float) -> list[str]:
    """Raises ``AddressRefused`` when one of them may not be called: a name with one foot inside is refused whole."""
    found = _asked(target, resolve, seconds)
    for text in found:
        address = parsed(text)
        if is_public(address) and target.port in policy.ports:
            continue
        if is_loopback(address) and target.port in policy.loopback_ports:
            continue
        raise AddressRefused(f"The host {target.host} is not a public one.")
    return found


def _asked(target: Target, resolve: Resolver, seconds: float) -> list[str]:
    """The system's resolver knows no timeout, so it is left behind when it takes too long."""
    pool = ThreadPoolExecutor(1)
    try:
        found = pool.submit(resolve, target.host, target.port).result(timeout=seconds)
    except (OSError, UnicodeError, NoAnswerInTime):
        found = []
    finally:
        pool.shutdown(wait=False)
    if not found:
        raise PeerUnreachable(f"The host {target.host} has no address.")
    return found
