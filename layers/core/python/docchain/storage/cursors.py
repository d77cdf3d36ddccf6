"""Opaque cursors: a page's last key, bound to what was asked so that it opens nothing else."""

import json

from docchain import base64url
from docchain.errors import ValidationFailed, invalid
from docchain.storage.items import Item


def to_cursor(next_key: Item | None, scope: str) -> str | None:
    """``scope`` names the list and its owner (``workflows/default``)."""
    if next_key is None:
        return None
    return base64url.encode(json.dumps([scope, next_key]).encode())


def from_cursor(cursor: str | None, scope: str) -> Item | None:
    """Raises ``ValidationFailed`` for a cursor of another list, of another tenant, or of nobody."""
    if not cursor:
        return None
    try:
        owner, key = json.loads(base64url.decode(cursor))
    except (ValueError, TypeError):
        raise _refused() from None
    if owner != scope or not isinstance(key, dict):
        raise _refused()
    return key


def place_in(key: Item | None, names: tuple[str, ...], **fixed: str) -> Item | None:
    """A key of just these names, of which some are known. Raises ``ValidationFailed`` for what somebody made up."""
    if key is None:
        return None
    if set(key) != set(names) or not all(isinstance(value, str) and value for value in key.values()):
        raise _refused()
    if any(key[name] != value for name, value in fixed.items()):
        raise _refused()
    return key


def position_in(key: Item, name: str) -> int:
    """Raises ``ValidationFailed`` for what is no place in a list: a cursor's text is its sender's to make up."""
    at = key.get(name)
    if isinstance(at, bool) or not isinstance(at, int) or at < 0:
        raise _refused()
    return at


def key_in(key: Item | None, pk: str, prefix: str) -> Item | None:
    """A key of that partition, as a query takes it. Raises ``ValidationFailed`` for one that lies elsewhere."""
    if key is None:
        return None
    sk = key.get("sk")
    if key.keys() != {"pk", "sk"} or key["pk"] != pk or not isinstance(sk, str) or not sk.startswith(prefix):
        raise _refused()
    return key


def text_in(key: Item | None, name: str) -> str:
    """Raises ``ValidationFailed``; empty where there is no cursor."""
    if key is None:
        return ""
    found = key.get(name)
    if not isinstance(found, str):
        raise _refused()
    return found


def _refused() -> ValidationFailed:
    return invalid("cursor", "is not one that this list gave out")
