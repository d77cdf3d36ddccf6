"""One item per tenant: what was cleared, how much is kept until when, and what was counted."""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from docchain.cache.entry import Entry, Usage
from docchain.storage.items import Item

HEAD = "head"
_HOUR = 3600
TAG_MARK, ENTRIES, BYTES = "tag_", "entries_", "bytes_"
EVERYTHING, GENERATION, SWEPT_TO = "everything", "generation", "swept_to"


def pk_of(tenant_id: str) -> str:
    return f"{tenant_id}#cache"


def mark_of(tag: str) -> str:
    """The attribute that says when a tag was cleared; tags have letters that names of attributes have not."""
    return TAG_MARK + hashlib.sha256(tag.encode()).hexdigest()[:24]


def is_cleared(entry: Entry, head: Mapping[str, Any]) -> bool:
    last = max((int(head.get(mark_of(tag), 0)) for tag in entry.tags), default=0)
    return entry.generation < max(last, int(head.get(EVERYTHING, 0)))


def usage_of(head: Mapping[str, Any]) -> Usage:
    """Kept in buckets by the hour in which entries end: what TTL deletes without a word leaves the sum by itself.

    So an entry counts until the end of the hour in which it ended.
    """
    hour = int(time.time()) // _HOUR
    live = {name: value for name, value in head.items() if (of := _hour_of(name)) is not None and of >= hour}
    entries = sum(int(v) for n, v in live.items() if n.startswith(ENTRIES))
    return Usage(max(0, entries), max(0, sum(int(v) for n, v in live.items() if n.startswith(BYTES))))


def change(added: list[Entry], removed: list[Entry]) -> dict[str, int]:
    """What to add to the head's attributes. What ended in an hour gone by is counted nowhere any more."""
    counts: dict[str, int] = {}
    this_hour = int(time.time()) // _HOUR
    for entries, sign in ((added, 1), (removed, -1)):
        for entry in entries:
            hour = int(entry.expires_at) // _HOUR
            if hour >= this_hour:
                counts[f"{ENTRIES}{hour}"] = counts.get(f"{ENTRIES}{hour}", 0) + sign
                counts[f"{BYTES}{hour}"] = counts.get(f"{BYTES}{hour}", 0) + sign * entry.size
    return {name: value for name, value in counts.items() if value}


def outdated(head: Mapping[str, Any]) -> tuple[str, ...]:
    """Buckets of hours gone by, a few at a time."""
    hour = int(time.time()) // _HOUR
    return tuple(sorted(name for name in head if (of := _hour_of(name)) is not None and of < hour))[:20]


def marks_in(head: Item) -> tuple[str, ...]:
    return tuple(name for name in head if name.startswith(TAG_MARK))


def _hour_of(name: str) -> int | None:
    for prefix in (ENTRIES, BYTES):
        if name.startswith(prefix):
            return int(name.removeprefix(prefix))
    return None
