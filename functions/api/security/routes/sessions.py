"""The caller's own sessions: which are open, and the end of one or of all."""

from typing import Annotated

from fastapi import APIRouter, Path

from docchain.entrypoints.access import LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.identity.errors import SessionNotFound
from docchain.identity.step_up import require_session
from functions.api.security.dependencies import Identity
from functions.api.security.schemas.sessions import RevokedView, RevokeSessions, SessionView
from functions.api.security.schemas.tokens import Message

SessionId = Annotated[str, Path(pattern=r"^[0-9A-Z]{26}$")]

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.get("/sessions", summary="Where you are logged in, the newest first")
async def read_sessions(caller: LoggedIn, identity: Identity) -> list[SessionView]:
    live = identity.sessions.read_open(caller.tenant_id, caller.user_id)
    return [SessionView.of(session, caller.session_id) for session in live]


@router.delete("/sessions/{session_id}", summary="End one of your sessions; it stops working within five seconds")
async def revoke_session(session_id: SessionId, caller: LoggedIn, identity: Identity) -> Message:
    require_session(caller)
    ended = identity.sessions.revoke(
        caller.tenant_id, session_id, caller.user_id, reason="revoked", actor=caller.username
    )
    if not ended:
        raise SessionNotFound
    return Message(message="Session ended")


@router.post("/sessions/revoke-all", summary="End all of your sessions, or all but this one")
async def revoke_sessions(caller: LoggedIn, identity: Identity, body: RevokeSessions | None = None) -> RevokedView:
    require_session(caller)
    keep = caller.session_id if body and body.keep_current else None
    count = identity.sessions.revoke_all(
        caller.tenant_id, caller.user_id, reason="revoked", actor=caller.username, keep=keep
    )
    return RevokedView.of(count)
