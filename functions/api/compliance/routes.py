"""Routes of compliance reports."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from docchain.compliance.models import ReportFormat
from docchain.documents.store import content_disposition
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.verify.reading import read_json
from functions.api.compliance import service
from functions.api.compliance.dependencies import CanRead, CanReport, World
from functions.api.compliance.schemas import MakeReport, ReportFile, ReportsView, ReportView

router = APIRouter(prefix="/api/v3/security/compliance", tags=["compliance"], responses=ERROR_RESPONSES)

ReportId = Annotated[str, Path(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
PDF = {"schema": {"type": "string", "format": "binary"}}
JSON = {"schema": {"$ref": "#/components/schemas/ReportFile"}}


@router.post(
    "/reports",
    summary="Make a report on access, changes, logins, or all of it",
    description="Of at most 1,000 users and 10,000 entries; what was left out is said by `complete`. A head is signed.",
)
async def create_report(body: MakeReport, caller: CanReport, world: World) -> ReportView:
    return ReportView.of(service.create_report(world, caller, body.asked(), body.format))


@router.get("/reports", summary="Reports that were made, newest first")
async def list_reports(
    request: Request, response: Response, paging: Pages, caller: CanRead, world: World
) -> ReportsView:
    scope = f"compliance/{caller.tenant_id}"
    start = from_cursor(paging.cursor, scope)
    cards, page = world.reports.read_page(caller.tenant_id, limit=paging.limit, start_key=start)
    cursor = to_cursor(page.next_key, scope)
    link_next(request, response, cursor)
    return ReportsView(reports=[ReportView.of(card) for card in cards], next_cursor=cursor)


@router.get("/reports/{report_id}", summary="A report with its proof, as docchain.verify takes it")
async def read_report(report_id: ReportId, caller: CanRead, world: World) -> ReportFile:
    card = world.reports.read(caller.tenant_id, report_id)
    world.reports.note_access(caller.tenant_id, report_id, caller.username)
    return ReportFile.model_validate(read_json(world.contents.get_result(caller.tenant_id, card.json_sha256)))


@router.get(
    "/reports/{report_id}/download",
    summary="A report as the file it was asked for, PDF or JSON",
    response_class=Response,
    responses={200: {"content": {"application/pdf": PDF, "application/json": JSON}}},
)
async def download_report(report_id: ReportId, caller: CanRead, world: World) -> Response:
    card = world.reports.read(caller.tenant_id, report_id)
    world.reports.note_access(caller.tenant_id, report_id, caller.username)
    is_pdf = card.format == ReportFormat.PDF and card.pdf_sha256 is not None
    content = world.contents.get_result(caller.tenant_id, card.pdf_sha256 or card.json_sha256)
    ending = "pdf" if is_pdf else "json"
    name = f"compliance-{card.type}-{card.start_date}-{card.end_date}.{ending}"
    headers = {"content-disposition": content_disposition(name), "content-security-policy": "sandbox"}
    return Response(content, media_type=f"application/{ending}", headers=headers)
