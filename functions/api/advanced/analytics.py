"""A workflow's figures in the contract's shape, over the last hour, day, week and so on until now."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from docchain.analytics.workflow import WorkflowFigures, read_days, read_hours
from docchain.auth.caller import Caller
from docchain.clock import to_iso
from docchain.runs.control import RunControl


class TimeRange(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_DAYS = {TimeRange.WEEK: 7, TimeRange.MONTH: 30, TimeRange.QUARTER: 90, TimeRange.YEAR: 365}
_HOURS = {TimeRange.HOUR: 1, TimeRange.DAY: 24}


class ExecutionStats(BaseModel):
    """``average_execution_time`` in seconds."""

    total_executions: int
    successful_executions: int
    failed_executions: int
    average_execution_time: float | None


class WorkflowAnalytics(BaseModel):
    """Counted by whole hours (``hour``, ``day``) or whole days, the ones at both ends included."""

    workflow_id: int
    time_range: TimeRange
    start_time: str
    end_time: str
    total_events: int
    workflow_events: dict[str, int]
    execution_stats: ExecutionStats
    performance_metrics: dict[str, float | None]
    user_activity: dict[str, int]

    model_config = ConfigDict(json_schema_extra={"examples": [{"workflow_id": 1, "time_range": "day"}]})


def workflow_analytics(control: RunControl, caller: Caller, workflow_id: int, over: TimeRange) -> WorkflowAnalytics:
    """Raises ``WorkflowNotFound``."""
    control.workflows.read(caller.tenant_id, workflow_id)
    end = datetime.now(UTC)
    table, place = control.runs.table, (caller.tenant_id, workflow_id)
    if over in _HOURS:
        start = (end - timedelta(hours=_HOURS[over])).replace(minute=0, second=0, microsecond=0)
        found = read_hours(table, *place, start.isoformat()[:13], end.isoformat()[:13])
        found.users = read_days(table, *place, start.date().isoformat(), end.date().isoformat()).users
    else:
        start = (end - timedelta(days=_DAYS[over])).replace(hour=0, minute=0, second=0, microsecond=0)
        found = read_days(table, *place, start.date().isoformat(), end.date().isoformat())
    return _view(workflow_id, over, start, end, found)


def _view(
    workflow_id: int, over: TimeRange, start: datetime, end: datetime, found: WorkflowFigures
) -> WorkflowAnalytics:
    counts = found.runs.counts
    told = _events(counts)
    mean = found.runs.mean_ms
    return WorkflowAnalytics(
        workflow_id=workflow_id,
        time_range=over,
        start_time=to_iso(start),
        end_time=to_iso(end),
        total_events=sum(told.values()),
        workflow_events=told,
        execution_stats=ExecutionStats(
            total_executions=counts["runs_started"],
            successful_executions=counts["runs_completed"],
            failed_executions=counts["runs_failed"] + counts["runs_interrupted"],
            average_execution_time=round(mean / 1000, 3) if mean is not None else None,
        ),
        performance_metrics={
            "success_rate": found.success_rate,
            "p50_ms": found.runs.percentile(0.5),
            "p95_ms": found.runs.percentile(0.95),
            "p99_ms": found.runs.percentile(0.99),
            "cost_usd": found.runs.cost_usd,
        },
        user_activity={name: f.counts["runs_started"] for name, f in sorted(found.users.items())},
    )


def _events(counts: "Counter[str]") -> dict[str, Any]:
    runs = {f"run.{e}": counts[f"runs_{e}"] for e in ("started", "completed", "failed", "cancelled", "interrupted")}
    return {**runs, **{f"node.{e}": counts[f"nodes_{e}"] for e in ("completed", "failed")}}
