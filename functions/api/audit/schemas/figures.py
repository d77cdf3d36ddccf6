"""Figures of the audit."""

from pydantic import BaseModel, ConfigDict, Field

from docchain.identity.policies import AuditPolicy


class StatsView(BaseModel):
    """Days are those of UTC. A week is the last seven days, a month the last thirty, today included."""

    total_events: int
    events_by_type: dict[str, int]
    events_by_severity: dict[str, int]
    events_by_user: dict[str, int] = Field(description="Of at most 1,000 users, by their ids.")
    events_today: int
    events_this_week: int
    events_this_month: int
    policies: AuditPolicy
    timestamp: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total_events": 42,
                    "events_by_type": {"user_login": 30, "workflow_created": 12},
                    "events_by_severity": {"low": 40, "medium": 2},
                    "events_by_user": {"1": 42},
                    "events_today": 3,
                    "events_this_week": 20,
                    "events_this_month": 42,
                    "policies": {"retention_days": 365},
                    "timestamp": "2026-11-21T09:30:02.500Z",
                }
            ]
        }
    )


class DayView(BaseModel):
    date: str
    total: int
    by_type: dict[str, int]
    by_severity: dict[str, int]


class SummaryView(BaseModel):
    """``days`` has those on which something happened, oldest first."""

    start_date: str
    end_date: str
    total_events: int
    events_by_type: dict[str, int]
    events_by_severity: dict[str, int]
    days: list[DayView]
    timestamp: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "start_date": "2026-11-15",
                    "end_date": "2026-11-21",
                    "total_events": 5,
                    "events_by_type": {"user_login": 5},
                    "events_by_severity": {"low": 5},
                    "days": [
                        {
                            "date": "2026-11-21",
                            "total": 5,
                            "by_type": {"user_login": 5},
                            "by_severity": {"low": 5},
                        }
                    ],
                    "timestamp": "2026-11-21T09:30:02.500Z",
                }
            ]
        }
    )
