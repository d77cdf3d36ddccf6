"""Headers that a user may send: none that would begin another line, or that say how the message is framed."""

import re
from collections.abc import Mapping
from typing import Final

from docchain.outbound.errors import AddressRefused

HEADERS_MOST: Final = 50
HEADER_BYTES_MOST: Final = 8_192
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# Given for one origin, and not to be handed to another by a redirect. Secrets from a vault may stand in any header,
# so the only ones that go along are those that say nothing of who asks.
_HARMLESS: Final = frozenset({"accept", "accept-language", "content-type", "content-language", "user-agent"})


def for_another_origin(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in _HARMLESS}


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Raises ``AddressRefused``, which names the header and never its value."""
    if len(headers) > HEADERS_MOST:
        raise AddressRefused(f"More than {HEADERS_MOST} headers.")
    seen: set[str] = set()
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise AddressRefused("The name of a header may hold letters, digits and hyphens only.")
        if name.lower() in _OURS:
            raise AddressRefused(f"The header {name} is not for the sender of a request to set.")
        if name.lower() in seen:
            raise AddressRefused(f"The header {name} is given twice.")
        if len(value) > HEADER_BYTES_MOST or not _VALUE.fullmatch(value):
            raise AddressRefused(f"The header {name} is too long, or holds a line break or another control character.")
        seen.add(name.lower())
    return dict(headers)
