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


def start_of(key: Item, names: set[str], pk: tuple[str, str], sk: tuple[str, str]) -> Item:
    """``key``, where it is one of these names that lies in the partition asked for, behind the prefix asked for.

    ``pk`` and ``sk`` are names with what they have to be and to begin with. Raises ``ValidationFailed``: a cursor's
    text is its sender's to make up, and a query that is begun elsewhere is an error of DynamoDB's.
    """
    whole = key.keys() == names and all(isinstance(value, str) and value for value in key.values())
    if not whole or key[pk[0]] != pk[1] or not key[sk[0]].startswith(sk[1]):
        raise _refused()
    return key


def position_in(key: Item, name: str) -> int:
    """Raises ``ValidationFailed`` for what is no place in a list: a cursor's text is its sender's to make up."""
    at = key.get(name)
    if isinstance(at, bool) or not isinstance(at, int) or at < 0:
        raise _refused()
    return at


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
