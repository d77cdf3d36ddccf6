"""The collection of system metrics, and what was recorded in all."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Turned(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"message": "Collection of metrics started", "status": "success"}]}
    )

    message: str
    status: Literal["success"] = "success"


class MetricsStats(BaseModel):
    """All that the tenant has recorded, and how much of it by type and category; ``…_count`` are numbers of series."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "is_collecting": True,
                    "total_metrics_collected": 1240,
                    "metrics_by_type": {"counter": 1000, "gauge": 200, "histogram": 0, "summary": 0, "timer": 40},
                    "metrics_by_category": {"application": 1100, "cpu": 140},
                    "collection_errors": 0,
                    "last_collection": "2026-11-21T09:30:00.000Z",
                    "counters_count": 2,
                    "gauges_count": 20,
                    "histograms_count": 0,
                    "timers_count": 1,
                    "summaries_count": 0,
                    "collection_interval": 60,
                    "retention_period": 86400,
                    "max_metrics_per_name": 1000,
                    "series_count": 23,
                    "max_series": 2000,
                    "max_series_per_name": 100,
                }
            ]
        }
    )

    is_collecting: bool
    total_metrics_collected: int
    metrics_by_type: dict[str, int]
    metrics_by_category: dict[str, int]
    collection_errors: int
    last_collection: str | None
    counters_count: int
    gauges_count: int
    histograms_count: int
    timers_count: int
    summaries_count: int
    collection_interval: int
    retention_period: int
    max_metrics_per_name: int
    series_count: int
    max_series: int
    max_series_per_name: int


class MetricsHealth(BaseModel):
    """``unhealthy``: it should collect, and has not for three minutes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "service": "metrics",
                    "status": "healthy",
                    "is_collecting": True,
                    "total_metrics": 1240,
                    "collection_errors": 0,
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )

    service: Literal["metrics"] = "metrics"
    status: Literal["healthy", "stopped", "unhealthy"]
    is_collecting: bool
    total_metrics: int
    collection_errors: int
    timestamp: str
