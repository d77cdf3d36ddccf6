"""What the routes of money and figures take and give."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.costs.limits import BUDGET_USD_MOST
from functions.api.workflows.schemas import Body, JsonObject


class PriceView(BaseModel):
    """``usd`` for one ``unit``."""

    name: str
    unit: str
    usd: float
    region: str
    as_of: str
    source: str


class ModelPriceView(BaseModel):
    """USD for a million tokens."""

    provider: str
    model: str
    input_usd: float
    output_usd: float
    region: str
    as_of: str
    source: str


class PricesView(BaseModel):
    currency: str = "USD"
    services: list[PriceView]
    models: list[ModelPriceView]


class SpentView(BaseModel):
    """``unpriced_nodes`` used a model without a listed price: their tokens are not in ``cost_usd``."""

    group: str
    cost_usd: float
    nodes: int
    input_tokens: int
    output_tokens: int
    unpriced_nodes: int


class CostsView(BaseModel):
    currency: str = "USD"
    group_by: str
    from_day: str
    to_day: str
    total_usd: float
    groups: list[SpentView]
    prices_as_of: str


class WorkflowCostsView(CostsView):
    """``groups`` are days."""

    workflow_id: int
    by_node: list[SpentView]


class SetBudget(Body):
    usd: float | None = Field(gt=0, le=BUDGET_USD_MOST, description="null takes the budget away.")
    period: Literal["day", "month"] = Field("month", description="In UTC.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"usd": 50, "period": "month"}]})


class BudgetView(BaseModel):
    """``committed_usd`` is what was spent in this period since a budget held, and what is set aside now."""

    usd: float | None
    period: str | None = None
    committed_usd: float = 0.0
    set_by: str | None = None
    set_at: str | None = None


class EstimateCosts(Body):
    runs: int = Field(1, ge=1, le=1_000_000)
    params: JsonObject = Field(default_factory=dict)
    model: str | None = Field(None, max_length=200, description="What if this one answered: provider/model.")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"runs": 1000, "model": "openai/gpt-4.1-mini"}]}
    )


class RangeView(BaseModel):
    low: float
    expected: float
    high: float


class NodeEstimateView(BaseModel):
    """Of one run."""

    key: str
    cost_usd: RangeView
    input_tokens: int
    output_tokens: int
    basis: str
    unpriced: str | None = None


class EstimateView(BaseModel):
    workflow_id: int
    runs: int
    currency: str = "USD"
    cost_usd: RangeView = Field(description="Of all runs together.")
    per_run_usd: RangeView
    nodes: list[NodeEstimateView]
    unpriced: list[str]
    basis: str
    prices_as_of: str


class DurationView(BaseModel):
    """Milliseconds; percentiles are off by at most 2 %."""

    count: int
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None


class NodeFiguresView(BaseModel):
    key: str
    completed: int
    failed: int
    duration_ms: DurationView
    cost_usd: float
    reasons: dict[str, int]


class PeriodView(BaseModel):
    period: str
    runs: int
    completed: int
    failed: int
    cost_usd: float


class AnalyticsView(BaseModel):
    """``success_rate`` is of the runs that ended by themselves: cancelled ones are left out."""

    workflow_id: int
    from_day: str
    to_day: str
    runs: dict[str, int]
    success_rate: float | None
    duration_ms: DurationView
    nodes: list[NodeFiguresView]
    slowest_nodes: list[str]
    failure_reasons: dict[str, int]
    cost_usd: float
    trend: list[PeriodView]
    users: dict[str, int]

    model_config = ConfigDict(json_schema_extra={"examples": [{"workflow_id": 1, "success_rate": 0.98}]})
