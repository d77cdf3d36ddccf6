"""Security events: what the system noticed and what callers report, and the figures over them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from docchain.audit.kinds import Severity
from docchain.auth.caller import Caller
from docchain.entrypoints.access import LoggedIn, requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import LIMIT_DEFAULT, LIMIT_MOST
from functions.api.security.dependencies import Identity, Watching
from functions.api.security.schemas.events import EventsAsked, LogEvent, LoggedView, SecurityEventsView, StatsView
from functions.api.security.service import security_events as service

CanReport = Annotated[Caller, Depends(requires("security:write"))]
CanOversee = Annotated[Caller, Depends(requires("audit:read"))]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MOST)]

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.post("/events/log", summary="Report a security event of your own")
async def log_event(body: LogEvent, caller: CanReport, watching: Watching) -> LoggedView:
    return LoggedView(event_id=service.log_event(watching, caller, body))


@router.get("/events/security", summary="Security events, newest first, with their figures and the level of threat")
async def list_events(
    caller: CanOversee,
    identity: Identity,
    watching: Watching,
    start_date: Annotated[date | None, Query(description="Seven days before the end, if not given.")] = None,
    end_date: Annotated[date | None, Query(description="Today, if not given; at most 90 days after the start.")] = None,
    severity: Severity | None = None,
    limit: Limit = LIMIT_DEFAULT,
) -> SecurityEventsView:
    asked = EventsAsked(start_date=start_date, end_date=end_date, severity=severity, limit=limit)
    return service.events_view(watching, identity.table, caller, asked)


@router.get("/stats", summary="Logins, failures, resets and blocked addresses of the tenant, and its policies")
async def read_stats(caller: LoggedIn, identity: Identity, watching: Watching) -> StatsView:
    return service.stats_view(watching, identity.table, caller)
