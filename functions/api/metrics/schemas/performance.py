"""How long routes take, and how often they fail."""

from typing import Any

from pydantic import BaseModel, ConfigDict

_FIGURES: dict[str, Any] = {
    "requests": 1200,
    "errors": 3,
    "error_rate": 0.0025,
    "client_errors": 40,
    "client_error_rate": 0.033333,
    "mean_ms": 14.2,
    "p50_ms": 11.8,
    "p95_ms": 36.1,
    "p99_ms": 88.0,
}


class Performance(BaseModel):
    """``errors`` are answers of 5xx, ``client_errors`` of 4xx. Percentiles are off by at most 2 %."""

    requests: int
    errors: int
    error_rate: float
    client_errors: int
    client_error_rate: float
    mean_ms: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class RoutePerformance(Performance):
    model_config = ConfigDict(json_schema_extra={"examples": [{"route": "GET /api/v3/workflows", **_FIGURES}]})

    route: str


class PerformanceOverview(Performance):
    """Over all routes that the tenant called since ``since``, with the slowest and those that fail most."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_FIGURES,
                    "routes": 14,
                    "slowest": ["POST /api/v3/workflows/{workflow_id}/execute"],
                    "failing": ["GET /api/v3/workflows/runs/{run_id}"],
                    "since": "2026-11-20T09:00:00.000Z",
                    "time_range_hours": 24,
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )

    routes: int
    slowest: list[str]
    failing: list[str]
    since: str
    time_range_hours: int
    timestamp: str
