"""Money: what was spent, what may be, and what runs to come will cost."""

from datetime import UTC, date, datetime, timedelta

from docchain.analytics.reading import Figures
from docchain.analytics.workflow import read_days
from docchain.auth.caller import Caller
from docchain.costs.accounts import period_key
from docchain.costs.budgets import BudgetRepository, TenantBudget
from docchain.costs.estimate import Asked, Defaults, Range, estimate, own_range
from docchain.costs.money import to_usd
from docchain.costs.prices import MODEL_LIST, PRICES
from docchain.costs.steps import PRICES_AS_OF
from docchain.definitions.models import WorkflowDefinition
from docchain.errors import invalid
from docchain.storage.table import Table
from functions.api.workflows.cost_schemas import (
    BudgetView,
    EstimateCosts,
    EstimateView,
    ModelPriceView,
    NodeEstimateView,
    PricesView,
    PriceView,
    RangeView,
    SpentView,
)

DAYS_DEFAULT = 30
DAYS_MOST = 366


def stretch(first: date | None, last: date | None) -> tuple[str, str]:
    """Both days included, in UTC; the last 30 days when nothing is said."""
    until = last or datetime.now(UTC).date()
    since = first or until - timedelta(days=DAYS_DEFAULT - 1)
    if since > until:
        raise invalid("from", "is after to")
    if (until - since).days >= DAYS_MOST:
        raise invalid("from", f"is more than {DAYS_MOST} days before to")
    return since.isoformat(), until.isoformat()


def price_list() -> PricesView:
    services = [
        PriceView(name=name, unit=p.unit, usd=float(p.usd), region=p.region, as_of=p.as_of, source=p.source)
        for name, p in PRICES.items()
    ]
    models = [
        ModelPriceView(
            provider=m.provider,
            model=m.model,
            input_usd=float(m.input.usd),
            output_usd=float(m.output.usd),
            region=m.input.region,
            as_of=m.input.as_of,
            source=m.input.source,
        )
        for m in MODEL_LIST
    ]
    return PricesView(services=services, models=models)


def spent_views(groups: dict[str, Figures]) -> list[SpentView]:
    return [spent_view(name, figures) for name, figures in sorted(groups.items())]


def spent_view(name: str, figures: Figures) -> SpentView:
    counts = figures.counts
    nodes = (
        counts["nodes"] + counts["nodes_completed"] + counts["nodes_failed"] + counts["completed"] + counts["failed"]
    )
    return SpentView(
        group=name,
        cost_usd=figures.cost_usd,
        nodes=nodes,
        input_tokens=counts["input_tokens"],
        output_tokens=counts["output_tokens"],
        unpriced_nodes=counts["unpriced"],
    )


def total_of(groups: dict[str, Figures]) -> float:
    return to_usd(sum(figures.counts["cost"] for figures in groups.values()))


def budget_view(budget: TenantBudget | None, runs: Table, caller: Caller) -> BudgetView:
    if budget is None:
        return BudgetView(usd=None)
    account = runs.get(f"{caller.tenant_id}#spending", period_key(budget.period), consistent=True) or {}
    return BudgetView(**budget.model_dump(), committed_usd=to_usd(int(account.get("committed", 0))))


def set_budget(budgets: BudgetRepository, caller: Caller, usd: float | None, period: str) -> TenantBudget | None:
    wanted = TenantBudget.model_validate({"usd": usd, "period": period}) if usd is not None else None
    return budgets.set_tenant(caller.tenant_id, wanted, caller.username)


def estimate_view(
    runs: Table,
    caller: Caller,
    workflow_id: int,
    definition: WorkflowDefinition,
    body: EstimateCosts,
    defaults: Defaults,
) -> EstimateView:
    first, last = stretch(None, None)
    past = read_days(runs, caller.tenant_id, workflow_id, first, last)
    before = past.runs.counts["runs_started"]
    nodes = estimate(definition, Asked(body.params, body.model, defaults), past.nodes, before)
    per_run = sum((n.usd for n in nodes), own_range())
    count = body.runs
    return EstimateView(
        workflow_id=workflow_id,
        runs=count,
        cost_usd=_range(per_run.times(count, count, count)),
        per_run_usd=_range(per_run),
        nodes=[
            NodeEstimateView(
                key=n.key,
                cost_usd=_range(n.usd),
                input_tokens=n.input_tokens,
                output_tokens=n.output_tokens,
                basis=n.basis,
                unpriced=n.unpriced,
            )
            for n in nodes
        ],
        unpriced=sorted({n.unpriced for n in nodes if n.unpriced}),
        basis=f"{before} runs started from {first} to {last}" if before else "no runs yet: texts and limits only",
        prices_as_of=PRICES_AS_OF,
    )


def _range(usd: Range) -> RangeView:
    return RangeView(low=round(usd.low, 12), expected=round(usd.expected, 12), high=round(usd.high, 12))
