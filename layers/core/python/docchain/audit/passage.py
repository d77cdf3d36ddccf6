"""Where a verification stands between two calls, as a cursor: number, hash of the chain, and the tree's frontier.

Whoever forges one deceives only themselves: the signed heads behind it would not fit.
"""

from docchain import base64url
from docchain.audit.merkle import Frontier
from docchain.errors import invalid
from docchain.verify.walk import Place

_SEQ_BYTES = 6
_HASH_BYTES = 32


def to_passage(place: Place) -> str:
    if place.frontier is None or place.last_hash is None:
        raise ValueError("a verification knows its frontier")
    data = place.seq.to_bytes(_SEQ_BYTES) + bytes.fromhex(place.last_hash) + b"".join(place.frontier.hashes)
    return base64url.encode(data)


def from_passage(cursor: str | None) -> Place:
    """Raises ``ValidationFailed`` for what no verification gave out."""
    if not cursor:
        return Place()
    try:
        data = base64url.decode(cursor)
        seq, rest = int.from_bytes(data[:_SEQ_BYTES]), data[_SEQ_BYTES:]
        hashes = [rest[i : i + _HASH_BYTES] for i in range(0, len(rest), _HASH_BYTES)]
        place = Place(seq, hashes[0].hex(), Frontier(seq, tuple(hashes[1:])))
    except (ValueError, LookupError):
        raise invalid("cursor", "is not one that a verification gave out") from None
    if len(hashes[-1]) != _HASH_BYTES:
        raise invalid("cursor", "is not one that a verification gave out")
    return place
