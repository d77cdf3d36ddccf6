"""How many AI workflows a tenant has, by status and type: counters that move with each card, in its transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from docchain.ai_workflows import keys
from docchain.ai_workflows.builtin import TEMPLATES
from docchain.ai_workflows.models import AT_WORK, AiStatus, AiWorkflowType, Card
from docchain.clock import from_iso
from docchain.storage.items import Item
from docchain.storage.table import Action, Table


@dataclass(frozen=True)
class Statistics:
    """``seconds`` is the time that runs took, from their start to their end."""

    total: int
    by_status: Mapping[str, int]
    by_type: Mapping[str, int]
    seconds: float
    templates: int

    @property
    def at_work(self) -> int:
        return sum(self.by_status[status.value] for status in AT_WORK)


def counting(table: Table, tenant_id: str, before: Card | None, after: Card | None) -> list[Action]:
    """What one card's change adds; nothing when it changes no counter."""
    added: dict[str, int | float] = {}
    for card, sign in ((before, -1), (after, 1)):
        if card:
            for name in ("total", f"status_{card.status.value}", f"type_{card.type.value}"):
                added[name] = added.get(name, 0) + sign
    if before and after:
        added["milliseconds"] = _milliseconds(before, after)
    added = {name: count for name, count in added.items() if count}
    if not added:
        return []
    return [table.updating(*keys.stats(tenant_id), set_={"entity": "ai_workflow_stats"}, add=added)]


def read_statistics(table: Table, tenant_id: str) -> Statistics:
    item: Item = table.get(*keys.stats(tenant_id), consistent=True) or {}
    return Statistics(
        total=int(item.get("total", 0)),
        by_status={s.value: int(item.get(f"status_{s.value}", 0)) for s in AiStatus},
        by_type={t.value: int(item.get(f"type_{t.value}", 0)) for t in AiWorkflowType},
        seconds=int(item.get("milliseconds", 0)) / 1000,
        templates=len(TEMPLATES) + int(item.get("templates", 0)),
    )


def _milliseconds(before: Card, after: Card) -> int:
    """Of a run that ends with this change."""
    ends = before.status in AT_WORK and after.status not in AT_WORK
    if not (ends and after.started_at and after.completed_at):
        return 0
    took = from_iso(after.completed_at) - from_iso(after.started_at)
    return max(0, round(took.total_seconds() * 1000))
