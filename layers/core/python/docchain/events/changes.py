"""What a change was, as an event tells it: the fields that differ, before and after, neither secret nor too large."""

import hashlib
import json
from typing import Any, Final

from docchain.events.masking import as_kept

VALUE_BYTES_MOST: Final = 4_096
"""A longer value is told by its size and hash: an event goes over the bus, which takes 256 KB."""


def changed(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    """``{"before": …, "after": …}``; only the latter of what was made, only the former of what is gone."""
    if before is None:
        return {"after": _told(after or {})}
    if after is None:
        return {"before": _told(before)}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        "before": _told({name: before.get(name) for name in names}),
        "after": _told({name: after.get(name) for name in names}),
    }


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _bounded(value) for name, value in as_kept(fields).items()}


def _bounded(value: Any) -> Any:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    if len(text) <= VALUE_BYTES_MOST:
        return value
    return {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
