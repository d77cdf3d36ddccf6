"""Which IP addresses the outside is: what is not plainly public is refused.

The blocks are those that IANA's special-purpose registries call not globally reachable (RFC 6890 and what updated it).
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_V4: Final = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the metadata of instances and tasks
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# All public IPv6 lies here. What maps or translates IPv4 (::ffff:0:0/96, 64:ff9b::/96), what is local (fc00::/7,
# fe80::/10, and with it fd00:ec2::254) and multicast lie outside.
_PUBLIC_V6: Final = ip_network("2000::/3")
_NOT_PUBLIC_V6: Final = tuple(
    ip_network(block)
    for block in (
        "2001::/23",  # protocol assignments, and with them Teredo
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address
        "3fff::/20",
    )
)


def parsed(text: str) -> Address:
    """As a resolver gives it. A zone (``fe80::1%eth0``) is part of no public address."""
    return ip_address(text)


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _NOT_PUBLIC_V4)
    return address in _PUBLIC_V6 and address.scope_id is None and not any(address in b for b in _NOT_PUBLIC_V6)


def is_loopback(address: Address) -> bool:
    return address.is_loopback and not (isinstance(address, IPv6Address) and address.scope_id)
