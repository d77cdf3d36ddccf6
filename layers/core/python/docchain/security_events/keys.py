"""Keys of the guard table for events and their figures."""

from typing import Final

TOTALS: Final = "totals"


def events(tenant_id: str, day: str) -> str:
    """``day`` is ``2026-11-21``. A day's events lie together, in the order of their ids, which is that of time."""
    return f"{tenant_id}#events#{day}"


def stats(tenant_id: str) -> str:
    return f"{tenant_id}#stats"
