"""A rule over a metric, and where it stands."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, model_validator

from docchain.metrics.limits import LABEL_PATTERN, LABEL_VALUE_MOST, LABELS_MOST, NAME_PATTERN
from docchain.metrics.models import MetricCategory, MetricType

RULES_MOST: Final = 50
MINUTES_MOST: Final = 60

LabelName = Annotated[str, Field(pattern=LABEL_PATTERN)]
LabelValue = Annotated[str, Field(max_length=LABEL_VALUE_MOST)]
Aggregate = Literal["sum", "count", "rate", "avg", "min", "max", "last", "p50", "p90", "p95", "p99"]
Operator = Literal["greater_than", "less_than"]
Severity = Literal["low", "medium", "high", "critical"]


class State(StrEnum):
    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RESOLVING = "resolving"


FIRED: Final = frozenset({State.FIRING, State.RESOLVING})


class Condition(BaseModel):
    """What is watched. It fires beyond ``threshold`` and resolves once it is back behind ``resolve_threshold``."""

    name: str = Field(min_length=1, max_length=128)
    metric_name: str = Field(pattern=NAME_PATTERN)
    metric_type: MetricType | None = None
    category: MetricCategory | None = None
    labels: dict[LabelName, LabelValue] = Field(default_factory=dict, max_length=LABELS_MOST)
    aggregate: Aggregate = "avg"
    operator: Operator = "greater_than"
    threshold: float = Field(allow_inf_nan=False)
    resolve_threshold: float | None = Field(default=None, allow_inf_nan=False)
    window_minutes: int = Field(default=5, ge=1, le=MINUTES_MOST)
    for_minutes: int = Field(default=0, ge=0, le=MINUTES_MOST)
    resolve_for_minutes: int = Field(default=0, ge=0, le=MINUTES_MOST)
    severity: Severity = "medium"
    enabled: bool = True

    @model_validator(mode="after")
    def _resolves_on_the_safe_side(self) -> "Condition":
        if self.resolve_threshold is not None and self.breached(self.resolve_threshold):
            raise ValueError(f"resolve_threshold must not itself be {self.operator.replace('_', ' ')} the threshold")
        return self

    def breached(self, value: float) -> bool:
        return value > self.threshold if self.operator == "greater_than" else value < self.threshold

    def cleared(self, value: float) -> bool:
        back = self.threshold if self.resolve_threshold is None else self.resolve_threshold
        return value <= back if self.operator == "greater_than" else value >= back


class Standing(BaseModel):
    """``since`` is when it came into its state; ``value`` what the metric was when it was looked at last."""

    state: State = State.OK
    since: str
    value: float | None = None
    evaluated_at: str | None = None
    fired_at: str | None = None
    resolved_at: str | None = None
    transitions: int = 0


class AlertRule(Condition):
    """``revision`` counts all writes: one that was made from an older one does not hold."""

    id: str
    created_at: str
    created_by: str
    updated_at: str
    revision: int = 1
    standing: Standing

    def told(self, **more: Any) -> dict[str, Any]:
        """As its events say it."""
        fields = ("name", "metric_name", "aggregate", "operator", "threshold", "resolve_threshold", "window_minutes")
        told = {name: getattr(self, name) for name in (*fields, "severity")}
        return {"rule_id": self.id, **told, "value": self.standing.value, **more}
