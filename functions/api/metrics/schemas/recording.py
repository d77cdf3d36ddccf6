"""What is recorded, and the answer to it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from docchain.clock import now
from docchain.metrics.limits import (
    LABEL_PATTERN,
    LABEL_VALUE_MOST,
    LABELS_MOST,
    NAME_PATTERN,
    OBSERVATIONS_MOST,
    RESERVED_LABELS,
    VALUE_MOST,
)
from docchain.metrics.models import MetricCategory, MetricType, Observation, Series


def _not_reserved(name: str) -> str:
    if name in RESERVED_LABELS or name.startswith("__"):
        raise ValueError(f"the label {name!r} is the exposition's own")
    return name


LabelName = Annotated[str, Field(pattern=LABEL_PATTERN), AfterValidator(_not_reserved)]
LabelValue = Annotated[str, Field(max_length=LABEL_VALUE_MOST)]
MetricName = Annotated[str, Field(pattern=NAME_PATTERN)]

_NOT_NEGATIVE = frozenset({MetricType.COUNTER, MetricType.TIMER})


class RecordMetric(BaseModel):
    """``value``: what is added to a counter, what a gauge is now, or one observation of the other three."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "custom.metric",
                    "value": 1,
                    "metric_type": "counter",
                    "category": "application",
                    "labels": {"region": "eu"},
                }
            ]
        },
    )

    name: MetricName
    value: float = Field(ge=-VALUE_MOST, le=VALUE_MOST, allow_inf_nan=False)
    metric_type: MetricType
    category: MetricCategory
    labels: dict[LabelName, LabelValue] | None = Field(default=None, max_length=LABELS_MOST)

    @property
    def is_allowed(self) -> bool:
        return self.value >= 0 or self.metric_type not in _NOT_NEGATIVE

    def observed(self) -> Observation:
        return Observation(Series.of(self.name, self.metric_type, self.category, self.labels), self.value, now())


class RecordedMetric(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "Counter recorded",
                    "metric_name": "custom.metric",
                    "value": 1.0,
                    "status": "success",
                }
            ]
        }
    )

    message: str
    metric_name: str
    value: float
    status: Literal["success"] = "success"


class RecordMetrics(BaseModel):
    """Any types and names together, of at most 24 series."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "metrics": [
                        {"name": "pages.read", "value": 12, "metric_type": "counter", "category": "application"},
                        {"name": "read.seconds", "value": 0.84, "metric_type": "timer", "category": "application"},
                    ]
                }
            ]
        },
    )

    metrics: list[RecordMetric] = Field(min_length=1, max_length=OBSERVATIONS_MOST)


class RecordedMetrics(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"message": "2 observations recorded", "recorded": 2, "series": 2, "status": "success"}]
        }
    )

    message: str
    recorded: int
    series: int
    status: Literal["success"] = "success"
