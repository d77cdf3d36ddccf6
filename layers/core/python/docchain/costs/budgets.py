"""Budgets: what may be spent by a run, by the runs of a workflow in a day or month, and by a tenant."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from docchain.clock import now
from docchain.costs.limits import BUDGET_USD_MOST, Limit, limits_of
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.storage.outbox import event_item
from docchain.storage.table import Table
from docchain.workflows import keys as workflow_keys

TENANT_KEY = "tenant"


class TenantBudget(BaseModel):
    usd: float = Field(gt=0, le=BUDGET_USD_MOST)
    period: Literal["day", "month"] = "month"
    set_by: str = ""
    set_at: str = ""


def place_of_budget(tenant_id: str) -> tuple[str, str]:
    return f"{tenant_id}#budgets", TENANT_KEY


@dataclass(frozen=True)
class BudgetRepository:
    """In the table of workflows, whose heads have the workflows' own."""

    table: Table

    def read_tenant(self, tenant_id: str) -> TenantBudget | None:
        item = self.table.get(*place_of_budget(tenant_id), consistent=True)
        return TenantBudget.model_validate(item) if item else None

    def set_tenant(self, tenant_id: str, budget: TenantBudget | None, actor: str) -> TenantBudget | None:
        """``None`` takes it away. Setting the same again changes nothing but who did it last."""
        before = self.read_tenant(tenant_id)
        told = {"usd", "period"}
        event = Event(
            type="budgets.changed",
            tenant_id=tenant_id,
            subject="workflows/budgets",
            actor=actor,
            data=changed(
                before.model_dump(include=told) if before else None, budget.model_dump(include=told) if budget else None
            ),
        )
        pk, sk = place_of_budget(tenant_id)
        write = self.table.deleting(pk, sk)
        if budget:
            budget = budget.model_copy(update={"set_by": actor, "set_at": now()})
            write = self.table.putting({"pk": pk, "sk": sk, "entity": "budget", **budget.model_dump()})
        self.table.transact([write, self.table.putting(event_item(event))])
        return budget

    def read_limits(self, tenant_id: str, workflow_id: int, run_usd: float | None) -> list[Limit]:
        """All that hold for a run of the workflow now, in one read."""
        at = (workflow_keys.partition(tenant_id, workflow_id), workflow_keys.HEAD)
        budget_at = place_of_budget(tenant_id)
        found = self.table.get_many([at, budget_at], consistent=True)
        return limits_of(run_usd, found.get(at, {}).get("config"), found.get(budget_at))
