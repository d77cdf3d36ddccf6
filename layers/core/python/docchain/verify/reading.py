"""JSON read so strictly that no two readers could see two things in it."""

import json
from collections.abc import Sequence
from typing import Any

from docchain.verify.faults import Unreadable

BYTES_MOST = 1 << 30


def read_json(data: bytes) -> dict[str, Any]:
    """Raises ``Unreadable`` for what is no JSON object, or says a name twice, NaN, or half a letter."""
    if len(data) > BYTES_MOST:
        raise Unreadable(f"it is larger than {BYTES_MOST:,} bytes")
    try:
        value = json.loads(data.decode(), object_pairs_hook=_without_doubles, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError:
        raise Unreadable("it is not UTF-8 text") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"it is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Unreadable("it is not a JSON object")
    return value


def require(value: Any, fields: Sequence[str], what: str) -> dict[str, Any]:
    """Exactly these fields: one that nobody checks must not look as if it had been."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not an object")
    if missing := [name for name in fields if name not in value]:
        raise Unreadable(f"{what} lacks {', '.join(missing)}")
    if unknown := sorted(set(value) - set(fields)):
        raise Unreadable(f"{what} has {', '.join(unknown)}, which this version does not know")
    return value


def require_list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"{what} is not a list")
    return value


def read_hash(text: Any, what: str) -> bytes:
    """32 bytes in lower-case hex, the one spelling that there is."""
    if not isinstance(text, str) or len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise Unreadable(f"{what} is not a SHA-256 in hex")
    return bytes.fromhex(text)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")
