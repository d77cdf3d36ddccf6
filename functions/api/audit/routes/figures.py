"""Routes that answer from counters."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from docchain.audit.figures import DAYS_MOST, read_figures
from docchain.clock import now
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.audit.dependencies import Audit, CanAudit, Policing
from functions.api.audit.schemas.figures import DayView, StatsView, SummaryView

router = APIRouter(prefix="/api/v3/security/audit", tags=["audit"], responses=ERROR_RESPONSES)

MONTH_DAYS = 30
WEEK_DAYS = 7


@router.get("/stats", summary="How much happened, of what kind, by whom")
async def read_stats(caller: CanAudit, audit: Audit, policies: Policing) -> StatsView:
    today = datetime.now(UTC).date()
    figures = read_figures(audit, caller.tenant_id, today - timedelta(days=MONTH_DAYS - 1))
    return StatsView(
        total_events=figures.total.total,
        events_by_type=figures.total.by_type,
        events_by_severity=figures.total.by_severity,
        events_by_user={str(user): count for user, count in figures.users.items()},
        events_today=figures.since(today).total,
        events_this_week=figures.since(today - timedelta(days=WEEK_DAYS - 1)).total,
        events_this_month=figures.since(today - timedelta(days=MONTH_DAYS - 1)).total,
        policies=policies.read(caller.tenant_id).audit,
        timestamp=now(),
    )


@router.get("/summary", summary="The last days, day by day")
async def read_summary(
    caller: CanAudit, audit: Audit, days: Annotated[int, Query(ge=1, le=DAYS_MOST)] = MONTH_DAYS
) -> SummaryView:
    today = datetime.now(UTC).date()
    since = today - timedelta(days=days - 1)
    figures = read_figures(audit, caller.tenant_id, since)
    tally = figures.since(since)
    return SummaryView(
        start_date=since.isoformat(),
        end_date=today.isoformat(),
        total_events=tally.total,
        events_by_type=tally.by_type,
        events_by_severity=tally.by_severity,
        days=[
            DayView(date=d.date, total=d.tally.total, by_type=d.tally.by_type, by_severity=d.tally.by_severity)
            for d in figures.days
        ],
        timestamp=now(),
    )
