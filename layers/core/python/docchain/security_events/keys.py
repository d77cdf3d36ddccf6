"""Keys of the guard table for events and their figures."""

from typing import Final

TOTALS: Final = "totals#"
_SHARDS: Final = 8
"""Writers at one item of a transaction stand in each other's way; under an attack there are many at once."""


def events(tenant_id: str, day: str) -> str:
    """``day`` is ``2026-11-21``. A day's events lie together, in the order of their ids, which is that of time."""
    return f"{tenant_id}#events#{day}"


def stats(tenant_id: str) -> str:
    return f"{tenant_id}#stats"


def totals(event_id: str) -> str:
    return f"{TOTALS}{_shard(event_id)}"


def days(tenant_id: str) -> str:
    return f"{tenant_id}#stats#days"


def day(day: str, event_id: str) -> str:
    return f"{day}#{_shard(event_id)}"


def _shard(event_id: str) -> int:
    return sum(event_id.encode()) % _SHARDS
