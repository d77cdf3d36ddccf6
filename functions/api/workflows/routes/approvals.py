"""Approvals: what one is asked, and what one says."""

import json
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Body, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import ValidationError

from docchain.approvals.links import open_link
from docchain.approvals.listing import read_page
from docchain.approvals.models import ApprovalStatus, Asked
from docchain.entrypoints.access import PUBLIC
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.errors import invalid
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.workflows.approval_page import HEADERS, page_of
from functions.api.workflows.approval_schemas import (
    ApprovalEntry,
    ApprovalView,
    Decide,
    DecideByLink,
    DecideNode,
    Delegate,
    LinkView,
)
from functions.api.workflows.dependencies import Approvals, CanRead, CanWrite, Users
from functions.api.workflows.routes.runs import RunId
from functions.api.workflows.service import approvals as service

router = APIRouter(prefix="/api/v3/workflows", tags=["approvals"], responses=ERROR_RESPONSES)

ApprovalId = Annotated[str, Path(pattern=r"^[0-9]{1,12}-[a-z][a-z0-9_]{0,63}$", description="Run and node.")]
LinkToken = Annotated[str, Path(max_length=200)]
Comment = Annotated[Decide | None, Body()]
FORM_BYTES_MOST = 64 * 1024


@router.get("/approvals", summary="What you are asked, newest first")
async def list_approvals(
    request: Request,
    response: Response,
    caller: CanRead,
    desk: Approvals,
    users: Users,
    pages: Pages,
    status: Annotated[ApprovalStatus, Query()] = ApprovalStatus.PENDING,
) -> list[ApprovalEntry]:
    scope = f"approvals/{caller.tenant_id}/{caller.user_id}/{status.value}"
    names, start = service.names_of(users, caller), from_cursor(pages.cursor, scope)
    found, more = read_page(desk.waits.table, caller.tenant_id, names, status, limit=pages.limit, start=start)
    link_next(request, response, to_cursor(more, scope))
    return [ApprovalEntry.model_validate(one) for one in found]


@router.get(
    "/approvals/links/{token}",
    dependencies=[PUBLIC],
    summary="What a mailed link asks; opening it changes nothing",
    response_model=LinkView,
)
async def read_link(token: LinkToken, request: Request, desk: Approvals, users: Users) -> Response:
    link = open_link(desk.waits.table, token)
    return _shown(request, service.link_view(link, service.find_by_link(desk, users, link).wait))


@router.post(
    "/approvals/links/{token}",
    dependencies=[PUBLIC],
    summary="Decide by a mailed link",
    response_model=LinkView,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": DecideByLink.model_json_schema()}},
        }
    },
)
async def decide_by_link(token: LinkToken, request: Request, desk: Approvals, users: Users) -> Response:
    link = open_link(desk.waits.table, token)
    body = _decision(await request.body(), request, service.find_by_link(desk, users, link).wait.asked)
    return _shown(request, service.decided_by_link(desk, users, link, body.decision, body))


@router.get("/approvals/{approval_id}", summary="Read an approval with what was said")
async def read_approval(approval_id: ApprovalId, caller: CanRead, desk: Approvals) -> ApprovalView:
    return service.seen(service.find_by_id(desk, caller.tenant_id, approval_id))


@router.post("/approvals/{approval_id}/approve", summary="Say yes")
async def approve(
    approval_id: ApprovalId, caller: CanWrite, desk: Approvals, users: Users, body: Comment = None
) -> ApprovalView:
    waiting = service.find_by_id(desk, caller.tenant_id, approval_id)
    return service.decided(desk, users, caller, waiting, "approve", body or Decide())


@router.post("/approvals/{approval_id}/reject", summary="Say no")
async def reject(
    approval_id: ApprovalId, caller: CanWrite, desk: Approvals, users: Users, body: Comment = None
) -> ApprovalView:
    waiting = service.find_by_id(desk, caller.tenant_id, approval_id)
    return service.decided(desk, users, caller, waiting, "reject", body or Decide())


@router.post("/approvals/{approval_id}/delegate", summary="Hand it on to somebody else")
async def delegate(
    approval_id: ApprovalId, caller: CanWrite, desk: Approvals, users: Users, body: Delegate
) -> ApprovalView:
    waiting = service.find_by_id(desk, caller.tenant_id, approval_id)
    return service.handed_on(desk, users, caller, waiting, body.to)


@router.post("/runs/{run_id}/approve", summary="Say yes to what a run asks")
async def approve_run(
    run_id: RunId,
    caller: CanWrite,
    desk: Approvals,
    users: Users,
    body: Annotated[DecideNode | None, Body()] = None,
) -> ApprovalView:
    order = body or DecideNode()
    waiting = service.find_in_run(desk, caller.tenant_id, run_id, order.node)
    return service.decided(desk, users, caller, waiting, "approve", order)


@router.post("/runs/{run_id}/reject", summary="Say no to what a run asks")
async def reject_run(
    run_id: RunId,
    caller: CanWrite,
    desk: Approvals,
    users: Users,
    body: Annotated[DecideNode | None, Body()] = None,
) -> ApprovalView:
    order = body or DecideNode()
    waiting = service.find_in_run(desk, caller.tenant_id, run_id, order.node)
    return service.decided(desk, users, caller, waiting, "reject", order)


def _shown(request: Request, view: LinkView) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(page_of(view), headers=HEADERS)
    return JSONResponse(view.model_dump(mode="json"))


def _decision(raw: bytes, request: Request, asked: dict[str, Any]) -> DecideByLink:
    """From a program as JSON, or from the page's form."""
    if len(raw) > FORM_BYTES_MOST:
        raise invalid("body", f"is larger than {FORM_BYTES_MOST} bytes")
    try:
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return DecideByLink.model_validate(_from_form(raw, Asked.model_validate(asked)))
        return DecideByLink.model_validate(json.loads(raw or b"{}"))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None
    except ValueError:
        raise invalid("body", "is neither JSON nor a form") from None


def _from_form(raw: bytes, asked: Asked) -> dict[str, Any]:
    """A form sends text: numbers and ticks are read as what was asked for."""
    given = dict(parse_qsl(raw.decode(), keep_blank_values=False, max_num_fields=50))
    fields: dict[str, Any] = {}
    for one in asked.form_fields:
        text = given.pop(f"fields.{one.name}", None)
        if one.type == "boolean":
            fields[one.name] = text is not None
        elif text is not None:
            fields[one.name] = float(text) if one.type == "number" else text
    return {**given, "fields": fields}
