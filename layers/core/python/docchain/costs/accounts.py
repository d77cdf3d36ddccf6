"""Accounts: what is spent and set aside under a budget, one item for each run, workflow or tenant and its period."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from docchain.clock import epoch
from docchain.costs.limits import Limit
from docchain.costs.money import to_pico
from docchain.runs import keys

RUN_ACCOUNT = "budget"
WARNED_AT = Decimal("0.8")
_DAY = 24 * 3600
_KEPT_SECONDS = {"day": 35 * _DAY, "month": 400 * _DAY}


@dataclass(frozen=True)
class Account:
    """``limit`` and ``warning`` in picodollars."""

    pk: str
    sk: str
    limit: int
    warning: int
    of: Limit

    @property
    def place(self) -> list[str]:
        return [self.pk, self.sk]

    @property
    def expires_at(self) -> int | None:
        """A run's own lives as long as the run."""
        kept = _KEPT_SECONDS.get(self.of.period)
        return epoch() + kept if kept else None


def accounts_of(tenant_id: str, run_id: int, workflow_id: int, limits: list[Limit], own_pico: int) -> list[Account]:
    """``own_pico`` is what the run itself costs, its start and its end: that much of its budget is gone already."""
    return [_account(tenant_id, run_id, workflow_id, limit, own_pico) for limit in limits]


def _account(tenant_id: str, run_id: int, workflow_id: int, limit: Limit, own_pico: int) -> Account:
    pico = to_pico(limit.usd)
    if limit.scope == "run":
        # That of a run above is one account for it and for all that it started.
        owner = run_id if limit.run_id is None else limit.run_id
        pk, sk, pico = keys.partition(tenant_id, owner), RUN_ACCOUNT, max(0, pico - own_pico)
    elif limit.scope == "workflow":
        pk, sk = f"{tenant_id}#spending#workflow#{workflow_id}", period_key(limit.period)
    else:
        pk, sk = f"{tenant_id}#spending", period_key(limit.period)
    return Account(pk, sk, pico, int(pico * WARNED_AT), limit)


def period_key(period: str, moment: datetime | None = None) -> str:
    today = (moment or datetime.now(UTC)).date().isoformat()
    return f"day#{today}" if period == "day" else f"month#{today[:7]}"
