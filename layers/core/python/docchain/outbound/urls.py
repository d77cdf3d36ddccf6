"""What a URL may look like: one spelling only, so that we and whoever resolves it read the same host in it."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import quote, urlsplit

from docchain.outbound.errors import AddressRefused
from docchain.outbound.policy import Policy

URL_MOST: Final = 8_000
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# A host whose last label is a number is an IPv4 address to resolvers, in decimal, octal or hex.
_NUMBER: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\<>\"`{}|^]")
# What may stand in a path and a query as it is: the rest is percent-encoded (a URL may say it in any letters).
_KEPT: Final = "/?:@!$&'()*+,;=-._~%[]"


@dataclass(frozen=True)
class Target:
    """``host`` is what TLS checks and the Host header says; an IPv6 address stands in it without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


def target_of(url: str, policy: Policy) -> Target:
    """Raises ``AddressRefused`` for all that is not plain http(s) to a host and a port that the policy allows."""
    if len(url) > URL_MOST:
        raise AddressRefused(f"The URL is longer than {URL_MOST} characters.")
    if _UNSAFE.search(url):
        raise AddressRefused("The URL holds a character that must be percent-encoded.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("This is not a URL.") from None
    if parts.scheme not in policy.schemes:
        raise AddressRefused(f"Only {' and '.join(sorted(policy.schemes))} may be called.")
    if "@" in parts.netloc:
        raise AddressRefused("A URL must not hold a user name or password; send a header from the vault instead.")
    host = _host(parts.netloc)
    port = _DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in policy.ports | policy.loopback_ports:
        raise AddressRefused(f"Port {port} may not be called; {', '.join(map(str, sorted(policy.ports)))} may.")
    path = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def _host(netloc: str) -> str:
    """From the raw text: ``urlsplit`` lowers, and would hide, other letters' forms of ASCII (``①②⑦.0.0.1``)."""
    if not netloc.isascii():
        raise AddressRefused("The host is not ASCII; write an international name in its xn-- form.")
    if netloc.startswith("["):
        return _ipv6(netloc[1:].partition("]")[0])
    host = netloc.rsplit(":", 1)[0] if ":" in netloc else netloc
    labels = host.lower().split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(host))
        except AddressValueError:
            raise AddressRefused("Write an IPv4 address as four plain numbers.") from None
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("This is not the name of a host.")
    return host.lower()


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        raise AddressRefused("This is not an IPv6 address.") from None
    if address.scope_id is not None:
        raise AddressRefused("An address with a zone is of one machine only.")
    return str(address)
