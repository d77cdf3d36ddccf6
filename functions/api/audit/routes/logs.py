"""Routes that read entries."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from docchain.entrypoints.access import LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import link_next
from functions.api.audit.dependencies import Audit, CanAudit, Setting, Settings
from functions.api.audit.schemas.entries import EntryView, LogsQuery, LogsView, PageQuery
from functions.api.audit.service import logs as service
from functions.api.audit.service.access import note_access

router = APIRouter(prefix="/api/v3/security/audit", tags=["audit"], responses=ERROR_RESPONSES)

UserId = Annotated[int, Path(ge=1, le=10**12)]


@router.get("/logs", summary="What happened, newest first")
async def list_entries(
    request: Request,
    response: Response,
    asked: Annotated[LogsQuery, Query()],
    caller: CanAudit,
    audit: Audit,
    settings: Setting,
) -> LogsView:
    found = service.read_logs(audit, caller.tenant_id, asked)
    filters = asked.model_dump(mode="json", exclude_none=True, exclude={"limit", "offset", "cursor"})
    note_access(audit, caller, "audit_logs", filters=filters, entries=len(found.entries))
    return _answer(request, response, settings, asked, found)


@router.get("/users/{user_id}", summary="What one user did; one's own needs no scope")
async def list_user_entries(
    request: Request,
    response: Response,
    user_id: UserId,
    page: Annotated[PageQuery, Query()],
    caller: LoggedIn,
    audit: Audit,
    settings: Setting,
) -> LogsView:
    service.check_may_read_user(caller, user_id)
    asked = LogsQuery(user_id=user_id, **page.model_dump())
    found = service.read_logs(audit, caller.tenant_id, asked)
    if user_id != caller.user_id:
        note_access(audit, caller, "audit_user", user_id=user_id, entries=len(found.entries))
    return _answer(request, response, settings, asked, found)


@router.get("/logs/{entry_id}", summary="One entry")
async def read_entry(
    entry_id: Annotated[str, Path(pattern=r"^audit_[1-9][0-9]{0,11}$")],
    caller: CanAudit,
    audit: Audit,
    settings: Setting,
) -> EntryView:
    entry = service.read_entry(audit, caller.tenant_id, int(entry_id.removeprefix("audit_")))
    note_access(audit, caller, "audit_entry", entry=entry_id)
    return EntryView.of(entry, version=settings.version, environment=settings.environment)


def _answer(
    request: Request, response: Response, settings: Settings, asked: LogsQuery, found: service.Logs
) -> LogsView:
    link_next(request, response, found.cursor)
    return LogsView(
        logs=[EntryView.of(e, version=settings.version, environment=settings.environment) for e in found.entries],
        total_count=found.total,
        total_count_exact=found.is_exact,
        limit=asked.limit,
        offset=asked.offset,
        has_more=found.has_more,
        next_cursor=found.cursor,
    )
