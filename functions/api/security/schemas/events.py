"""Security events and figures, in and out."""

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from docchain.audit.kinds import Severity
from docchain.errors import invalid
from docchain.identity.policies import Policies
from docchain.security_events.models import SecurityEvent
from docchain.security_events.repository import KEPT_DAYS

DETAILS_BYTES_MOST = 8 * 1024
DETAILS_DEPTH_MOST = 5
DAYS_DEFAULT = 7


def _bounded(details: dict[str, Any]) -> dict[str, Any]:
    if _depth(details) > DETAILS_DEPTH_MOST:
        raise ValueError(f"is nested deeper than {DETAILS_DEPTH_MOST} levels")
    size = len(json.dumps(details, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > DETAILS_BYTES_MOST:
        raise ValueError(f"is {size} bytes of JSON; at most {DETAILS_BYTES_MOST}")
    return details


def _depth(value: Any, most: int = DETAILS_DEPTH_MOST + 1) -> int:
    """Looks no deeper than ``most``: what is sent may be deeper than we may call."""
    if most == 0 or not isinstance(value, dict | list):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(v, most - 1) for v in inner), default=0)


class LogEvent(BaseModel):
    event_type: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.:-]+$")]
    details: Annotated[dict[str, Any], AfterValidator(_bounded)] = Field(default_factory=dict)
    severity: Severity = Severity.MEDIUM

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"event_type": "door_opened", "details": {"door": "server room", "badge": 17}, "severity": "low"}
            ]
        },
    )


class LoggedView(BaseModel):
    message: str = "Security event logged"
    event_id: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"message": "Security event logged", "event_id": "01KA9V0M3X4E5Z6Y7W8Q9R0S1T"}]}
    )


class EventsAsked(BaseModel):
    """Which events are asked for."""

    start_date: date | None = None
    end_date: date | None = None
    severity: Severity | None = None
    limit: int

    def dates(self) -> tuple[date, date]:
        """The first and the last day. Raises ``ValidationFailed``."""
        last = self.end_date or datetime.now(UTC).date()
        first = self.start_date or date.fromordinal(max(1, last.toordinal() - DAYS_DEFAULT))
        if first > last:
            raise invalid("start_date", "is after end_date")
        if (last - first).days > KEPT_DAYS:
            raise invalid("start_date", f"is more than {KEPT_DAYS} days before end_date")
        return first, last


class SecurityEventView(BaseModel):
    id: str
    event_type: str
    severity: Severity
    timestamp: str
    user_id: int | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    details: dict[str, Any]

    @classmethod
    def of(cls, event: SecurityEvent) -> "SecurityEventView":
        return cls(**event.model_dump(exclude={"tenant_id", "source_type"}))


class DateRange(BaseModel):
    start_date: str
    end_date: str


class MetricsView(BaseModel):
    """Of all events in the range, listed or not. What callers reported is of the type ``security_event.logged``."""

    date_range: DateRange
    total_security_events: int
    events_by_severity: dict[str, int]
    events_by_type: dict[str, int]
    threat_level: Severity
    recommendations: list[str]


class SecurityEventsView(BaseModel):
    events: list[SecurityEventView]
    metrics: MetricsView

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {
                            "id": "01KA9V0M3X4E5Z6Y7W8Q9R0S1T",
                            "event_type": "user.login_failed",
                            "severity": "medium",
                            "timestamp": "2026-11-21T09:30:00.000Z",
                            "user_id": 3,
                            "ip_address": "198.51.100.4",
                            "user_agent": "curl/8.5",
                            "details": {"user_id": 3},
                        }
                    ],
                    "metrics": {
                        "date_range": {"start_date": "2026-11-14", "end_date": "2026-11-21"},
                        "total_security_events": 1,
                        "events_by_severity": {"medium": 1},
                        "events_by_type": {"user.login_failed": 1},
                        "threat_level": "low",
                        "recommendations": [],
                    },
                }
            ]
        }
    )


class StatsView(BaseModel):
    """Counted since the tenant exists."""

    total_logins: int
    failed_logins: int
    password_resets: int
    security_events: int
    blocked_ips: int
    policies: Policies

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total_logins": 12,
                    "failed_logins": 2,
                    "password_resets": 0,
                    "security_events": 14,
                    "blocked_ips": 0,
                    "policies": Policies().model_dump(mode="json"),
                }
            ]
        }
    )
