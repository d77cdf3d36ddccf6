"""Points, summaries and overviews."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_POINT: dict[str, Any] = {
    "name": "read.seconds",
    "value": 0.84,
    "type": "timer",
    "category": "application",
    "labels": {"region": "eu"},
    "timestamp": "2026-11-21T09:30:12.201Z",
    "metadata": {
        "resolution": "minute",
        "period_start": "2026-11-21T09:30:00.000Z",
        "count": 3,
        "sum": 2.52,
        "min": 0.6,
        "max": 1.1,
        "last": 0.82,
        "quantiles": {"p50": 0.83, "p90": 1.1, "p95": 1.1, "p99": 1.1},
    },
}


class MetricPoint(BaseModel):
    """``value``: a counter's sum, a gauge's last value, else the mean, over the period that ``metadata`` names.

    ``timestamp`` is the newest observation in it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_POINT]})

    name: str
    value: float
    type: str
    category: str
    labels: dict[str, str]
    timestamp: str
    metadata: dict[str, Any]


class MetricSummary(BaseModel):
    """``quantiles`` are off by at most 2 %; a counter and a gauge have none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "read.seconds",
                    "type": "timer",
                    "category": "application",
                    "count": 3,
                    "sum": 2.52,
                    "min": 0.6,
                    "max": 1.1,
                    "avg": 0.84,
                    "first_timestamp": "2026-11-21T09:30:02.100Z",
                    "last_timestamp": "2026-11-21T09:30:12.201Z",
                    "last": 0.82,
                    "quantiles": {"p50": 0.83, "p90": 1.1, "p95": 1.1, "p99": 1.1},
                    "time_range_hours": 24,
                }
            ]
        }
    )

    name: str
    type: str
    category: str
    count: int = Field(description="Observations, or writes of a counter.")
    sum: float
    min: float
    max: float
    avg: float
    first_timestamp: str
    last_timestamp: str
    last: float
    quantiles: dict[str, float]
    time_range_hours: float


class Share(BaseModel):
    percent: float
    timestamp: str


class CpuView(Share):
    count: int


class MemoryView(Share):
    total: int
    available: int
    used: int


class DiskView(Share):
    total: int
    used: int
    free: int


class NetworkView(BaseModel):
    bytes_sent: int
    bytes_recv: int
    packets_sent: int
    packets_recv: int
    timestamp: str


class SystemOverview(BaseModel):
    """Of the sandbox that answers. ``functions``: what CloudWatch measured of all functions in the last hour, where
    the stage has it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "cpu": {"percent": 12.5, "timestamp": "2026-11-21T09:30:00.000Z", "count": 2},
                    "memory": {
                        "percent": 41.2,
                        "timestamp": "2026-11-21T09:30:00.000Z",
                        "total": 536870912,
                        "available": 315621376,
                        "used": 221249536,
                    },
                    "disk": {
                        "percent": 3.1,
                        "timestamp": "2026-11-21T09:30:00.000Z",
                        "total": 536870912,
                        "used": 16642998,
                        "free": 520227914,
                    },
                    "network": {
                        "bytes_sent": 10240,
                        "bytes_recv": 20480,
                        "packets_sent": 80,
                        "packets_recv": 90,
                        "timestamp": "2026-11-21T09:30:00.000Z",
                    },
                    "function": "api-metrics",
                    "functions": {"api-workflows": {"invocations": 120, "errors": 0, "throttles": 0, "duration": 41.5}},
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )

    cpu: CpuView
    memory: MemoryView
    disk: DiskView
    network: NetworkView
    function: str
    functions: dict[str, dict[str, float]]
    timestamp: str


class Uptime(BaseModel):
    seconds: float
    timestamp: str


class Threads(BaseModel):
    active: int
    timestamp: str


class Collections(BaseModel):
    collections: int
    timestamp: str


class ApplicationOverview(BaseModel):
    """Of the process that answers."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uptime": {"seconds": 84.2, "timestamp": "2026-11-21T09:30:00.000Z"},
                    "threads": {"active": 1, "timestamp": "2026-11-21T09:30:00.000Z"},
                    "garbage_collector": {"collections": 31, "timestamp": "2026-11-21T09:30:00.000Z"},
                    "function": "api-metrics",
                    "timestamp": "2026-11-21T09:30:00.000Z",
                }
            ]
        }
    )

    uptime: Uptime
    threads: Threads
    garbage_collector: Collections
    function: str
    timestamp: str


class DeletedMetric(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "read.seconds", "series_deleted": 2}]})

    name: str
    series_deleted: int
