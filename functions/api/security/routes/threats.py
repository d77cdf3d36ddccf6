"""Threats that the rules found, their level, and addresses that are kept out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.origin import CallOrigin
from docchain.entrypoints.paging import Pages, link_next
from docchain.errors import invalid
from docchain.identity.addresses import canonical_address
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.threats.blocks import new_block
from functions.api.security.dependencies import Watching
from functions.api.security.routes.events import CanOversee
from functions.api.security.schemas.threats import BlockAddress, BlockView, LevelView, ResolveThreat, ThreatView
from functions.api.security.schemas.tokens import Message
from functions.api.security.service import security_events as service

CanDefend = Annotated[Caller, Depends(requires("tenant:admin"))]
ThreatId = Annotated[str, Path(min_length=1, max_length=200)]
Address = Annotated[str, Path(min_length=2, max_length=45)]

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.get("/threats", summary="Threats, newest first")
async def list_threats(
    request: Request, response: Response, caller: CanOversee, watching: Watching, pages: Pages
) -> list[ThreatView]:
    scope = f"threats/{caller.tenant_id}"
    found, page = watching.threats.read_page(
        caller.tenant_id, limit=pages.limit, start_key=from_cursor(pages.cursor, scope)
    )
    link_next(request, response, to_cursor(page.next_key, scope))
    return [ThreatView.of(threat) for threat in found]


@router.get("/threat-level", summary="How threatened the tenant is now, and why")
async def read_threat_level(caller: CanOversee, watching: Watching) -> LevelView:
    return LevelView.of(service.current_level(watching, caller))


@router.post("/threats/{threat_id}/resolve", summary="A threat is dealt with, and counts no more")
async def resolve_threat(
    threat_id: ThreatId, caller: CanDefend, watching: Watching, body: ResolveThreat | None = None
) -> ThreatView:
    comment = body.comment if body else None
    return ThreatView.of(watching.threats.resolve(caller.tenant_id, threat_id, caller.username, comment))


@router.get("/blocked-addresses", summary="Addresses that the tenant keeps out")
async def list_blocked(
    request: Request, response: Response, caller: CanOversee, watching: Watching, pages: Pages
) -> list[BlockView]:
    scope = f"blocked/{caller.tenant_id}"
    found, page = watching.blocks.read_page(
        caller.tenant_id, limit=pages.limit, start_key=from_cursor(pages.cursor, scope)
    )
    link_next(request, response, to_cursor(page.next_key, scope))
    return [BlockView.of(block) for block in found]


@router.post("/blocked-addresses", summary="Keep an address out for a time; again moves the end")
async def block_address(body: BlockAddress, caller: CanDefend, origin: CallOrigin, watching: Watching) -> BlockView:
    block = new_block(body.address, body.reason, caller.username, body.minutes)
    if block.address == canonical_address(origin.ip):
        raise invalid("address", "is where you call from: you could not let it in again")
    watching.blocks.block(caller.tenant_id, block, caller.username)
    return BlockView.of(block)


@router.delete("/blocked-addresses/{address}", summary="Let an address in again")
async def unblock_address(address: Address, caller: CanDefend, watching: Watching) -> Message:
    watching.blocks.unblock(caller.tenant_id, address, caller.username)
    return Message(message=f"The address {address} is not blocked any more")
