"""What came of asking somebody for a task: counters by task, provider, model and temperature.

They are kept from the bus, each event once: what it adds and the note that it was counted are one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from docchain.ai_workflows import keys
from docchain.ai_workflows.models import AiTask, AskedOf, Step
from docchain.clock import epoch
from docchain.costs.money import to_pico, to_usd
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

OUTCOMES_MOST: Final = 1_000
"""Combinations of task, provider, model and temperature that are looked at; a tenant has some tens."""
GOOD: Final = 4
"""A rating from this on is a good one."""
# What a model cannot help: a text that is missing, a budget that is spent.
_ITS_FAULT: Final = frozenset({"ANSWER_DOES_NOT_FIT", "AI_RATE_LIMITED"})


@dataclass(frozen=True)
class Outcome:
    """``fallbacks`` are the times that another answered in its place; ``stars`` the sum of ratings."""

    task: AiTask
    asked: AskedOf
    completed: int = 0
    failed: int = 0
    fallbacks: int = 0
    milliseconds: int = 0
    tokens: int = 0
    cost: int = 0
    rated: int = 0
    good: int = 0
    stars: int = 0

    @property
    def tried(self) -> int:
        return self.completed + self.failed + self.fallbacks

    @property
    def success_rate(self) -> float | None:
        return round(self.completed / self.tried, 4) if self.tried else None

    @property
    def mean_ms(self) -> float | None:
        return round(self.milliseconds / self.completed, 1) if self.completed else None

    @property
    def mean_cost_usd(self) -> float | None:
        return to_usd(self.cost // self.completed) if self.completed else None

    @property
    def mean_rating(self) -> float | None:
        return round(self.stars / self.rated, 2) if self.rated else None


def read_outcomes(table: Table, tenant_id: str) -> list[Outcome]:
    items = table.query_all(keys.outcomes(tenant_id), most=OUTCOMES_MOST)
    return [_outcome(item) for item in items]


def record_outcome(table: Table, event: Event, step: Step, asked: AskedOf) -> bool:
    """``False`` for an event that was counted before, or says nothing of a model."""
    added = _added(table, event, step.ai_task, asked)
    if not added:
        return False
    pk, sk = keys.seen(event.tenant_id, event.id)
    note = {"pk": pk, "sk": sk, "entity": "seen", "expires_at": epoch() + keys.SEEN_KEPT_SECONDS}
    try:
        table.transact([table.putting(note, when=Attr("pk").not_exists()), *added])
    except ConditionFailed:
        return False
    return True


def adding(table: Table, tenant_id: str, task: AiTask, asked: AskedOf, counts: dict[str, int | float]) -> Action:
    model, temperature = asked.model or "*", "-" if asked.temperature is None else f"{asked.temperature:g}"
    named: dict[str, Any] = {"entity": "ai_outcome", "task": task.value, **asked.model_dump(exclude_none=True)}
    sk = f"{task.value}#{asked.provider}/{model}@{temperature}"
    return table.updating(keys.outcomes(tenant_id), sk, set_=named, add=counts)


def _added(table: Table, event: Event, task: AiTask, asked: AskedOf) -> list[Action]:
    data, tenant_id = event.data, event.tenant_id
    if event.type == "node.failed":
        code = str((data.get("error") or {}).get("code", ""))
        faulty = code.startswith("PROVIDER_") or code in _ITS_FAULT
        return [adding(table, tenant_id, task, asked, {"failed": 1})] if faulty else []
    if not data.get("provider"):
        return []
    counts: dict[str, int | float] = {"completed": 1, "milliseconds": int(data.get("milliseconds") or 0)}
    counts["tokens"] = int(data.get("input_tokens") or 0) + int(data.get("output_tokens") or 0)
    counts["cost"] = to_pico(float(data.get("cost_usd") or 0))
    other = answered_by(asked, data)
    if other == asked:
        return [adding(table, tenant_id, task, asked, counts)]
    return [
        adding(table, tenant_id, task, asked, {"fallbacks": 1}),
        adding(table, tenant_id, task, other, counts),
    ]


def answered_by(asked: AskedOf, usage: Mapping[str, Any]) -> AskedOf:
    """Who was asked, unless another answered in its place."""
    if not usage.get("fallback_from") or usage.get("provider") == asked.provider:
        return asked
    return AskedOf(provider=usage["provider"], temperature=asked.temperature)


def _outcome(item: Item) -> Outcome:
    counts = {name: int(item.get(name, 0)) for name in Outcome.__dataclass_fields__ if name not in ("task", "asked")}
    return Outcome(task=AiTask(item["task"]), asked=AskedOf.model_validate(item), **counts)
