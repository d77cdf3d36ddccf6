"""Passwords: how strong one is, a new one for the old, and a new one for a mailed link."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from docchain.entrypoints.access import PUBLIC, LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.origin import CallOrigin
from docchain.errors import invalid
from docchain.identity.password_change import change_password
from docchain.identity.resets import confirm_reset, request_reset
from docchain.identity.strength import assess
from functions.api.security.dependencies import Identity
from functions.api.security.reset_page import PAGE
from functions.api.security.schemas.passwords import (
    AskForReset,
    ChangePassword,
    ConfirmReset,
    JudgePassword,
    StrengthView,
)
from functions.api.security.schemas.tokens import Message

# An address ends up in logs, so the body goes first.
QueriedPassword = Annotated[str | None, Query(max_length=1024, description="Better in the body: addresses are logged.")]

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.post("/validate/password", dependencies=[PUBLIC], summary="How strong a password is, by the default policy")
async def judge_password(body: JudgePassword | None = None, password: QueriedPassword = None) -> StrengthView:
    judged = password if body is None or body.password is None else body.password
    if judged is None:
        raise invalid("password", "is required")
    return StrengthView.of(assess(judged, names=body.names if body else ()))


@router.post("/auth/change-password", summary="A new password for the old one; every session ends, this one too")
async def change_own_password(
    body: ChangePassword, caller: LoggedIn, identity: Identity, origin: CallOrigin
) -> Message:
    change_password(identity, caller, body.current_password, body.new_password, origin)
    return Message(message="Password changed; log in again.")


@router.post("/auth/reset-password", dependencies=[PUBLIC], summary="Have a link mailed that sets a new password")
async def ask_for_reset(body: AskForReset, identity: Identity) -> Message:
    request_reset(identity, body.email)
    return Message(message="If this address has an account, a link is on its way. It is good for 30 minutes.")


@router.post("/auth/reset-password/confirm", dependencies=[PUBLIC], summary="Set a new password by the mailed link")
async def set_password_by_link(body: ConfirmReset, identity: Identity) -> Message:
    confirm_reset(identity, body.token, body.new_password)
    return Message(message="Password changed; log in again.")


@router.get(
    "/auth/reset-password",
    dependencies=[PUBLIC],
    summary="The page that the mailed link opens",
    response_class=HTMLResponse,
)
async def read_reset_page() -> HTMLResponse:
    return HTMLResponse(PAGE.html, headers=PAGE.headers)
