"""Passkeys: registered, listed, removed, and logging in with one."""

from typing import Annotated

from fastapi import APIRouter, Path

from docchain.entrypoints.access import PUBLIC, LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.origin import CallOrigin
from docchain.identity.passkey_login import begin_login, finish_login
from docchain.identity.passkey_registration import begin_registration, finish_registration
from docchain.identity.passkeys import PasskeyRepository
from docchain.identity.step_up import require_step_up
from functions.api.security.dependencies import Identity, Party
from functions.api.security.schemas.passkeys import (
    BeginRegistration,
    CeremonyView,
    FinishLogin,
    FinishRegistration,
    PasskeyIdView,
    PasskeyView,
)
from functions.api.security.schemas.tokens import LoginView, Message

PasskeyId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.post("/auth/passkey/begin", dependencies=[PUBLIC], summary="Begin a login with a passkey")
async def begin_passkey_login(identity: Identity, party: Party) -> CeremonyView:
    return CeremonyView.of(begin_login(identity, party))


@router.post("/auth/passkey/finish", dependencies=[PUBLIC], summary="Log in with what the passkey has signed")
async def finish_passkey_login(body: FinishLogin, identity: Identity, party: Party, origin: CallOrigin) -> LoginView:
    return LoginView.of(finish_login(identity, party, body.ceremony_id, body.credential, origin))


@router.get("/passkeys", summary="Your passkeys")
async def read_passkeys(caller: LoggedIn, identity: Identity) -> list[PasskeyView]:
    kept = PasskeyRepository(identity.table).read_all(caller.tenant_id, caller.user_id)
    return [PasskeyView.of(item) for item in kept]


@router.post("/passkeys/register/begin", summary="Begin a passkey, with your password")
async def begin_passkey(body: BeginRegistration, caller: LoggedIn, identity: Identity, party: Party) -> CeremonyView:
    return CeremonyView.of(begin_registration(identity, party, caller, body.password))


@router.post("/passkeys/register/finish", summary="Register what the authenticator has made")
async def finish_passkey(body: FinishRegistration, caller: LoggedIn, identity: Identity, party: Party) -> PasskeyIdView:
    made = finish_registration(identity, party, caller, body.ceremony_id, body.name, body.credential)
    return PasskeyIdView(id=made)


@router.delete("/passkeys/{passkey_id}", summary="Remove one of your passkeys")
async def remove_passkey(passkey_id: PasskeyId, caller: LoggedIn, identity: Identity) -> Message:
    require_step_up(identity, caller)
    user = identity.users.read(caller.tenant_id, caller.user_id)
    PasskeyRepository(identity.table).remove(user, passkey_id)
    return Message(message="The passkey is removed")
