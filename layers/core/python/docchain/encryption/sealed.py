"""A ciphertext as one text that says itself how it is opened: ``dwc1.<algorithm>.<key>.<wrapped key>.<nonce>.<data>``.

The parts after the algorithm are base64url without padding. The dot is in none of them.
"""

from dataclasses import dataclass, field
from typing import Final

from docchain import base64url
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
        return ".".join([FORMAT, self.algorithm, *map(base64url.encode, parts)])


def parse_sealed(text: str) -> Sealed:
    """Raises ``CiphertextRefused``."""
    try:
        found, algorithm, key_id, wrapped, nonce, data = text.split(".")
        parts = [base64url.decode(part) for part in (key_id, wrapped, nonce, data)]
        key = parts[0].decode()
    except ValueError:
        raise CiphertextRefused from None
    if found != FORMAT:
        raise CiphertextRefused
    return Sealed(algorithm, key, *parts[1:])
