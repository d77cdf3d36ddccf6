"""A ciphertext as one text that says itself how it is opened: ``dwc1.<algorithm>.<key>.<wrapped key>.<nonce>.<data>``.

The parts after the algorithm are base64url without padding. The dot is in none of them.
"""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Final

from docchain.encryption.errors import CiphertextRefused

FORMAT: Final = "dwc1"


@dataclass(frozen=True)
class Sealed:
    """``key_id`` is the KMS key that wrapped ``wrapped``, the key of ``data``."""

    algorithm: str
    key_id: str
    wrapped: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    data: bytes = field(repr=False)

    def __str__(self) -> str:
        parts = (self.key_id.encode(), self.wrapped, self.nonce, self.data)
        return ".".join([FORMAT, self.algorithm, *map(_encoded, parts)])


def parse_sealed(text: str) -> Sealed:
    """Raises ``CiphertextRefused``."""
    try:
        found, algorithm, key_id, wrapped, nonce, data = text.split(".")
        parts = [_decoded(part) for part in (key_id, wrapped, nonce, data)]
        key = parts[0].decode()
    except (ValueError, binascii.Error):
        raise CiphertextRefused from None
    if found != FORMAT:
        raise CiphertextRefused
    return Sealed(algorithm, key, *parts[1:])


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
