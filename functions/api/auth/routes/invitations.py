"""Invitations: administrators send them, and who holds one joins the tenant."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import HTMLResponse

from docchain.auth.caller import Caller
from docchain.entrypoints.access import PUBLIC, requires
from docchain.entrypoints.idempotency import Idempotency, IdempotencyHeader
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.identity.invitations import Delivery, InvitationRepository
from docchain.identity.joining import Acceptance, accept_invitation
from docchain.identity.step_up import require_step_up
from functions.api.auth.dependencies import Identity
from functions.api.auth.invitation_page import PAGE
from functions.api.auth.schemas.accounts import AccountView, Message
from functions.api.auth.schemas.invitations import InvitationView, Invite, InvitedView
from functions.api.auth.service import invite

CanInvite = Annotated[Caller, Depends(requires("users:admin"))]
InvitationId = Annotated[str, Path(pattern=r"^[0-9A-Z]{26}$")]
Deliver = Annotated[Delivery, Query(description="`link`: nothing is mailed, and the token is in this one answer.")]

router = APIRouter(prefix="/api/v3/auth/invitations", tags=["auth"], responses=ERROR_RESPONSES)


@router.post("", summary="Invite an address into the tenant; it may join once, within seven days")
async def send_invitation(
    body: Invite, caller: CanInvite, identity: Identity, key: Idempotency, deliver: Deliver = "mail"
) -> InvitedView:
    require_step_up(identity, caller)
    invitation, token = invite(InvitationRepository(identity.table), body, caller, deliver, key)
    return InvitedView.with_token(invitation, token)


@router.get("", summary="The open invitations, at most 100")
async def read_invitations(caller: CanInvite, identity: Identity) -> list[InvitationView]:
    return [InvitationView.of(i) for i in InvitationRepository(identity.table).list_open(caller.tenant_id)]


@router.post("/accept", dependencies=[PUBLIC], summary="Join a tenant with the token of an invitation")
async def accept(body: Acceptance, identity: Identity, idempotency_key: IdempotencyHeader = None) -> AccountView:
    return AccountView.of(accept_invitation(identity, body, idempotency_key))


@router.get(
    "/accept", dependencies=[PUBLIC], summary="The page that a mailed invitation opens", response_class=HTMLResponse
)
async def read_invitation_page() -> HTMLResponse:
    return HTMLResponse(PAGE.html, headers=PAGE.headers)


@router.delete("/{invitation_id}", summary="Withdraw an invitation")
async def withdraw_invitation(invitation_id: InvitationId, caller: CanInvite, identity: Identity) -> Message:
    InvitationRepository(identity.table).withdraw(caller.tenant_id, invitation_id, caller.username)
    return Message(message="Invitation withdrawn")
