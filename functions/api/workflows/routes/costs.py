"""Routes of money and figures: prices, what was spent, budgets, estimates, analytics."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Query

from docchain.analytics.spending import GroupBy, read_spending
from docchain.analytics.workflow import read_days
from docchain.costs.steps import PRICES_AS_OF
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.workflows.publishing import definition_of
from functions.api.workflows.cost_schemas import (
    AnalyticsView,
    BudgetView,
    CostsView,
    EstimateCosts,
    EstimateView,
    PricesView,
    SetBudget,
    WorkflowCostsView,
)
from functions.api.workflows.dependencies import (
    Budgets,
    CanAdministrate,
    CanRead,
    Definitions,
    EstimateDefaults,
    Runs,
    Workflows,
)
from functions.api.workflows.routes.workflows import WorkflowId
from functions.api.workflows.service import analytics
from functions.api.workflows.service import costs as service

router = APIRouter(prefix="/api/v3/workflows", tags=["costs"], responses=ERROR_RESPONSES)
FromDay = Annotated[date | None, Query(alias="from", description="UTC day, included; absent: 30 days back.")]
ToDay = Annotated[date | None, Query(alias="to", description="UTC day, included; absent: today.")]


@router.get("/prices", summary="The prices that costs are reckoned with, each with its date and source")
async def list_prices(_: CanRead) -> PricesView:
    return service.price_list()


@router.get("/costs", summary="What the tenant's runs cost, by day, workflow or model")
async def read_costs(
    caller: CanRead,
    runs: Runs,
    from_day: FromDay = None,
    to_day: ToDay = None,
    group_by: Annotated[GroupBy, Query()] = "day",
) -> CostsView:
    first, last = service.stretch(from_day, to_day)
    groups = read_spending(runs.table, caller.tenant_id, group_by, first, last)
    return CostsView(
        group_by=group_by,
        from_day=first,
        to_day=last,
        total_usd=service.total_of(groups),
        groups=service.spent_views(groups),
        prices_as_of=PRICES_AS_OF,
    )


@router.get("/budgets", summary="The tenant's budget and what is spent of it")
async def read_budget(caller: CanRead, budgets: Budgets, runs: Runs) -> BudgetView:
    return service.budget_view(budgets.read_tenant(caller.tenant_id), runs.table, caller)


@router.put("/budgets", summary="Set the tenant's budget, or take it away")
async def set_budget(body: SetBudget, caller: CanAdministrate, budgets: Budgets, runs: Runs) -> BudgetView:
    return service.budget_view(service.set_budget(budgets, caller, body.usd, body.period), runs.table, caller)


@router.get("/{workflow_id}/costs", summary="What a workflow's runs cost, by day and by node")
async def read_workflow_costs(
    workflow_id: WorkflowId,
    caller: CanRead,
    workflows: Workflows,
    runs: Runs,
    from_day: FromDay = None,
    to_day: ToDay = None,
) -> WorkflowCostsView:
    workflows.read(caller.tenant_id, workflow_id)
    first, last = service.stretch(from_day, to_day)
    found = read_days(runs.table, caller.tenant_id, workflow_id, first, last)
    return WorkflowCostsView(
        workflow_id=workflow_id,
        group_by="day",
        from_day=first,
        to_day=last,
        total_usd=found.runs.cost_usd,
        groups=service.spent_views(found.periods),
        by_node=service.spent_views(found.nodes),
        prices_as_of=PRICES_AS_OF,
    )


@router.post("/{workflow_id}/estimate", summary="What runs will cost, before there is one: low, expected, high")
async def estimate_costs(
    workflow_id: WorkflowId,
    caller: CanRead,
    workflows: Workflows,
    definitions: Definitions,
    runs: Runs,
    defaults: EstimateDefaults,
    body: Annotated[EstimateCosts | None, Body()] = None,
) -> EstimateView:
    workflow = workflows.read(caller.tenant_id, workflow_id)
    if workflow.published_version:
        definition = definitions.read(caller.tenant_id, workflow_id, workflow.published_version)
    else:
        definition = definition_of(workflows.read_draft(caller.tenant_id, workflow_id))
    return service.estimate_view(runs.table, caller, workflow_id, definition, body or EstimateCosts(), defaults)


@router.get("/{workflow_id}/analytics", summary="Runs, durations, slow nodes, reasons of failure, cost by day")
async def read_analytics(
    workflow_id: WorkflowId,
    caller: CanRead,
    workflows: Workflows,
    runs: Runs,
    from_day: FromDay = None,
    to_day: ToDay = None,
) -> AnalyticsView:
    workflows.read(caller.tenant_id, workflow_id)
    first, last = service.stretch(from_day, to_day)
    return analytics.analytics_view(
        workflow_id, read_days(runs.table, caller.tenant_id, workflow_id, first, last), first, last
    )
