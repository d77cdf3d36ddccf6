"""The route that hands out a stretch of the chain as a file."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from docchain.audit import keys
from docchain.audit.chain import to_head
from docchain.audit.export import FORMAT, as_csv, as_json, heads_between, read_bounded
from docchain.audit.figures import numbers_between
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.audit.dependencies import Audit, CanAudit, Signing
from functions.api.audit.schemas.entries import FromDay, ToDay
from functions.api.audit.service.access import note_access

router = APIRouter(prefix="/api/v3/security/audit", tags=["audit"], responses=ERROR_RESPONSES)
CSV = {"schema": {"type": "string"}, "example": "seq,recorded_at,occurred_at,name,…"}
LIST = {"type": "array", "items": {"type": "object"}}
JSON = {
    "schema": {
        "type": "object",
        "required": ["format", "tenant_id", "entries", "heads", "keys"],
        "properties": {
            "format": {"const": FORMAT},
            "tenant_id": {"type": "string"},
            **dict.fromkeys(("entries", "heads", "keys"), LIST),
        },
    }
}


@router.get(
    "/export",
    summary="A stretch of the chain, at most 5,000 entries or 4 MB; Link: rel=next names the rest",
    description="JSON is what `python -m docchain.verify` checks offline. Filters other than time would leave gaps.",
    response_class=Response,
    responses={200: {"content": {"application/json": JSON, "text/csv": CSV}}},
)
async def export_entries(
    request: Request,
    caller: CanAudit,
    audit: Audit,
    signer: Signing,
    format: Annotated[Literal["json", "csv"], Query()] = "json",  # the contract's word
    start_date: FromDay = None,
    end_date: ToDay = None,
    from_seq: Annotated[int, Query(ge=1, le=10**12, description="Goes on from this entry.")] = 1,
) -> Response:
    tenant_id = caller.tenant_id
    newest = to_head(audit.get(keys.chain(tenant_id), keys.HEAD, consistent=True)).seq
    first, last = numbers_between(audit, tenant_id, start_date, end_date, newest)
    first = max(first, from_seq)
    stretch = read_bounded(audit, tenant_id, first, last)
    note_access(audit, caller, "audit_export", format=format, first=first, entries=len(stretch.entries))
    name = f"audit-{first}-{stretch.entries[-1].seq if stretch.entries else last}.{format}"
    headers = {"content-disposition": f'attachment; filename="{name}"', **_next(request, stretch.next)}
    if format == "csv":
        return Response(as_csv(stretch.entries), media_type="text/csv; charset=utf-8", headers=headers)
    heads = heads_between(audit, tenant_id, first, stretch.entries[-1].seq if stretch.entries else 0)
    return Response(
        as_json(tenant_id, stretch.entries, heads, signer.jwks), media_type="application/json", headers=headers
    )


def _next(request: Request, seq: int | None) -> dict[str, str]:
    if seq is None:
        return {}
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "from_seq"]
    return {"link": f'<{request.url.path}?{urlencode([*kept, ("from_seq", str(seq))])}>; rel="next"'}
