"""A line of a part: JSON with items as DynamoDB spells them, so that bytes and numbers come back as what they were."""

import base64
import json
from typing import Any

from docchain.storage.items import Item, decode_item, encode_item


def to_line(told: dict[str, Any], head: Item, items: list[Item]) -> bytes:
    whole = {**told, "head": encode_item(head), "items": [encode_item(item) for item in items]}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=_text).encode()


def from_line(line: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(line, object_hook=_bytes)
    return {**told, "head": decode_item(told["head"]), "items": [decode_item(item) for item in told["items"]]}


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} has no place in a backup")
    return base64.b64encode(value).decode()


def _bytes(found: dict[str, Any]) -> dict[str, Any]:
    """An attribute of the type B; a map with a field of that name has a map in it."""
    value = found.get("B")
    return {"B": base64.b64decode(value)} if isinstance(value, str) and len(found) == 1 else found
