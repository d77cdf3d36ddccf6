"""A limit that holds for a run: how much may be spent, by whom, in which time."""

from typing import Any, Literal

from pydantic import BaseModel

from docchain.storage.items import Item
from docchain.workflows.run_policy import policy_of

Scope = Literal["run", "workflow", "tenant"]
Period = Literal["run", "day", "month"]
BUDGET_USD_MOST = 1_000_000.0


class Limit(BaseModel):
    """``usd`` in each ``period`` (UTC); of a run's own, while it lives.

    ``run_id`` names the run above whose budget this is: one that started this run, or the one that started that.
    """

    scope: Scope
    usd: float
    period: Period
    run_id: int | None = None


def limits_of(run_usd: float | None, config: dict[str, Any] | None, tenant: Item | None) -> list[Limit]:
    """``config`` is the workflow's, ``tenant`` the item of the tenant's budget."""
    limits: list[Limit] = []
    if run_usd is not None:
        limits.append(Limit(scope="run", usd=run_usd, period="run"))
    policy = policy_of(config)
    if policy.budget_usd is not None:
        limits.append(Limit(scope="workflow", usd=policy.budget_usd, period=policy.budget_period))
    if tenant:
        limits.append(Limit(scope="tenant", usd=float(tenant["usd"]), period=tenant["period"]))
    return limits
