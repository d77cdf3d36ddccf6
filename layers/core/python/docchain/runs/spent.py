"""What a node's record says it used, as its event tells it: for figures, which are kept without reading records."""

from typing import Any

from docchain.clock import from_iso
from docchain.runs.models import NodeRecord

_TOLD = ("provider", "model", "input_tokens", "output_tokens", "unpriced", "fallback_from")


def spent_of(record: NodeRecord) -> dict[str, Any]:
    """``cost_usd`` of a foreach is its own: each of its items tells of itself."""
    usage = record.usage
    own = usage.get("own_cost_usd", record.cost_usd)
    told: dict[str, Any] = {"cost_usd": own} if own is not None else {}
    if "items" not in usage:
        told |= {name: usage[name] for name in _TOLD if usage.get(name)}
    if record.finished_at:
        milliseconds = (from_iso(record.finished_at) - from_iso(record.started_at)).total_seconds() * 1000
        told["milliseconds"] = max(0, round(milliseconds))
    return told
