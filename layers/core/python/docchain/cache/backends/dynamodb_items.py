"""An entry as an item of the table, and back. An item without ``rev`` is only a lock: nothing was made yet."""

import math
from typing import Final

from docchain.cache.backends.dynamodb_head import pk_of
from docchain.cache.entry import Entry
from docchain.storage.items import Item

LOCK_KEPT_SECONDS: Final = 3600
"""TTL must not delete the lock of somebody who is still making."""


def sk_of(key: str) -> str:
    return f"entry#{key}"


def item_of(tenant_id: str, key: str, entry: Entry) -> Item:
    """``ends_at`` is exact; ``expires_at`` is TTL's, in whole seconds and moved while somebody has the lock."""
    return {
        "pk": pk_of(tenant_id),
        "sk": sk_of(key),
        "entity": "cache_entry",
        "value": entry.value,
        "created_at": entry.created_at,
        "ends_at": entry.expires_at,
        "expires_at": math.ceil(entry.expires_at),
        "made_ms": entry.made_ms,
        "tags": list(entry.tags),
        "generation": entry.generation,
        "nano_usd": entry.nano_usd,
        "is_failure": entry.is_failure,
        "rev": entry.rev,
    }


def entry_of(item: Item) -> Entry | None:
    if "rev" not in item:
        return None
    return Entry(
        value=str(item["value"]),
        created_at=float(item["created_at"]),
        expires_at=float(item["ends_at"]),
        made_ms=int(item["made_ms"]),
        tags=tuple(item["tags"]),
        generation=int(item["generation"]),
        nano_usd=int(item["nano_usd"]),
        is_failure=bool(item["is_failure"]),
        rev=str(item["rev"]),
    )
