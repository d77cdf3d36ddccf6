"""Alert rules and where they stand."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from docchain.metrics.alerts.models import AlertRule, Condition

_RULE: dict[str, Any] = {
    "name": "Reading is slow",
    "metric_name": "read.seconds",
    "metric_type": "timer",
    "aggregate": "p95",
    "operator": "greater_than",
    "threshold": 2.0,
    "resolve_threshold": 1.5,
    "window_minutes": 5,
    "for_minutes": 3,
    "resolve_for_minutes": 2,
    "severity": "high",
}


class PutAlertRule(Condition):
    """It fires when the aggregate over the window is beyond the threshold for so long, and resolves once it is behind
    ``resolve_threshold`` (by default the threshold) for ``resolve_for_minutes``.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_RULE]})


class AlertRuleView(AlertRule):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_RULE,
                    "category": None,
                    "labels": {},
                    "enabled": True,
                    "id": "alert_1",
                    "created_at": "2026-11-21T09:30:00.000Z",
                    "created_by": "ada",
                    "updated_at": "2026-11-21T09:30:00.000Z",
                    "revision": 4,
                    "standing": {
                        "state": "firing",
                        "since": "2026-11-21T09:33:00.000Z",
                        "value": 2.4,
                        "evaluated_at": "2026-11-21T09:34:00.000Z",
                        "fired_at": "2026-11-21T09:33:00.000Z",
                        "resolved_at": None,
                        "transitions": 1,
                    },
                }
            ]
        }
    )


class DeletedAlertRule(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "alert_1", "deleted": True}]})

    id: str
    deleted: bool = True
