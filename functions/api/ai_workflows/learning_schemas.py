"""What the routes of ratings, figures of models and proposals take and give."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.ai_workflows.choices import Choice
from docchain.ai_workflows.models import AiTask, Provider
from docchain.ai_workflows.outcomes import Outcome
from docchain.ai_workflows.proposing import Proposal, wilson
from docchain.ai_workflows.ratings import Rating


class RateOrder(BaseModel):
    """Of the last run, or of one step of it. Rating it again takes the place of one's own rating before."""

    rating: int = Field(ge=1, le=5)
    step_id: str | None = Field(None, max_length=64)
    comment: str | None = Field(None, max_length=2000)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"rating": 4, "comment": "To the point"}]}
    )


class RatingView(BaseModel):
    workflow_id: str
    run_id: int
    step_id: str | None
    rating: int
    comment: str | None
    rated_at: str
    message: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"workflow_id": "ai_workflow_1", "run_id": 1, "rating": 4, "message": "Rated."}]
        }
    )

    @classmethod
    def of(cls, rating: Rating) -> "RatingView":
        told = rating.model_dump(include={"run_id", "step_id", "rating", "comment", "rated_at"})
        return cls(workflow_id=f"ai_workflow_{rating.number}", message="Rated.", **told)


class ModelFigures(BaseModel):
    """``answered`` counts nodes of all workflows. ``fallbacks`` of them were given in place of another provider's.

    ``quality`` is the mean of ratings from one to five, ``null`` without any; times are in milliseconds.
    """

    provider: str
    model: str
    answered: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    unpriced: int
    mean_ms: float | None
    p50_ms: float | None
    p95_ms: float | None
    fallbacks: int
    fallback_rate: float
    ratings: int
    quality: float | None


class OutcomeView(BaseModel):
    """Who was asked for a task, and what came of it; ``success_interval`` holds the true share in 95 of 100 cases."""

    task: AiTask
    provider: str
    model: str | None
    temperature: float | None
    tried: int
    completed: int
    failed: int
    fallbacks: int
    success_rate: float | None
    success_interval: tuple[float, float]
    mean_ms: float | None
    mean_cost_usd: float | None
    ratings: int
    mean_rating: float | None

    @classmethod
    def of(cls, outcome: Outcome) -> "OutcomeView":
        low, high = wilson(outcome.completed, outcome.tried)
        return cls(
            task=outcome.task,
            **outcome.asked.model_dump(),
            tried=outcome.tried,
            completed=outcome.completed,
            failed=outcome.failed,
            fallbacks=outcome.fallbacks,
            success_rate=outcome.success_rate,
            success_interval=(round(low, 4), round(high, 4)),
            mean_ms=outcome.mean_ms,
            mean_cost_usd=outcome.mean_cost_usd,
            ratings=outcome.rated,
            mean_rating=outcome.mean_rating,
        )


class PerformanceView(BaseModel):
    """``outcomes`` are of all time, ``models`` of the days asked for, in UTC."""

    from_day: str
    to_day: str
    models: list[ModelFigures]
    outcomes: list[OutcomeView]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"from_day": "2026-11-15", "to_day": "2026-11-21", "models": [], "outcomes": []}]
        }
    )


class ProposalView(BaseModel):
    """``reasons``: rated_better, more_reliable, cheaper, faster. It would be version ``base_version + 1``."""

    id: str
    task: AiTask
    reasons: list[str]
    proposed: OutcomeView
    current: OutcomeView
    base_version: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "analyze_text-v1-0a1b2c3d4e5f", "task": "analyze_text", "reasons": ["more_reliable"]}]
        }
    )

    @classmethod
    def of(cls, proposal: Proposal) -> "ProposalView":
        return cls(
            id=proposal.id,
            task=proposal.task,
            reasons=list(proposal.reasons),
            proposed=OutcomeView.of(proposal.proposed),
            current=OutcomeView.of(proposal.current),
            base_version=proposal.base_version,
        )


class ChoiceView(BaseModel):
    """Who does a task in the workflows made from then on. No provider: each workflow's own again."""

    task: AiTask
    version: int
    provider: Provider | None
    model: str | None
    temperature: float | None
    proposal_id: str | None
    evidence: dict[str, Any]
    applied_by: str
    applied_at: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"task": "analyze_text", "version": 1, "provider": "local"}]}
    )

    @classmethod
    def of(cls, choice: Choice) -> "ChoiceView":
        return cls(**choice.model_dump())
