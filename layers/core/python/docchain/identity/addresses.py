"""Addresses of callers: one spelling of each, the line it is of, and whether a list of networks holds it."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address, ip_address, ip_network

from docchain.clock import epoch
from docchain.identity import keys
from docchain.storage.items import Item

_LINE = 64


def canonical_address(text: str) -> str:
    """IPv6 has many spellings of one address; what is no address stays as it is."""
    try:
        address = ip_address(text)
    except ValueError:
        return text
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def canonical_network(text: str) -> str:
    """``192.0.2.7/24`` is ``192.0.2.0/24``. Raises ``ValueError``."""
    return str(ip_network(text, strict=False))


def line_of(address: str) -> str | None:
    """Of IPv6 the network: a line has a /64 at least, and may send each call from another address of its 2^64.
    ``None`` for what is no address.
    """
    try:
        read = ip_address(canonical_address(address))
    except ValueError:
        return None
    return str(ip_network((read, _LINE), strict=False) if isinstance(read, IPv6Address) else read)


def is_within(address: str, networks: Iterable[str]) -> bool:
    """No network holds what is no address."""
    try:
        sought = ip_address(canonical_address(address))
    except ValueError:
        return False
    return any(sought in ip_network(network) for network in networks)


def blocks_of(tenant_id: str, address: str) -> list[tuple[str, str]]:
    """Where a block of this address lies: the tenant's own, and the one for the whole stage."""
    spelled = canonical_address(address)
    return [(keys.blocked(owner, spelled), keys.BLOCKED) for owner in (tenant_id, keys.ANONYMOUS)]


def is_blocked(found: Mapping[tuple[str, str], Item], tenant_id: str, address: str) -> bool:
    """``found`` are items as ``Table.get_many`` gives them; TTL deletes late, so a block may be over."""
    blocks = (found.get(at) for at in blocks_of(tenant_id, address))
    return any(block is not None and block["expires_at"] > epoch() for block in blocks)
