"""Routes of auth: join and log in."""

from fastapi import APIRouter

from docchain.entrypoints.access import PUBLIC
from docchain.entrypoints.idempotency import IdempotencyHeader
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.origin import CallOrigin
from docchain.identity.answers import MfaRequiredView
from docchain.identity.challenges import Challenge
from docchain.identity.registration import register
from docchain.identity.requests import Application, Credentials
from docchain.identity.sign_in import log_in
from functions.api.auth.dependencies import Identity
from functions.api.auth.schemas.accounts import AccountView
from functions.api.auth.schemas.sessions import TokenView

router = APIRouter(prefix="/api/v3/auth", tags=["auth"], responses=ERROR_RESPONSES)


@router.post("/register", dependencies=[PUBLIC], summary="Create an account, and a tenant of its own")
async def register_user(
    body: Application, identity: Identity, idempotency_key: IdempotencyHeader = None
) -> AccountView:
    return AccountView.of(register(identity, body, idempotency_key))


@router.post("/login", dependencies=[PUBLIC], summary="Exchange a password for an access token")
async def login(body: Credentials, identity: Identity, origin: CallOrigin) -> TokenView | MfaRequiredView:
    came = log_in(identity, body, origin)
    return MfaRequiredView.of(came) if isinstance(came, Challenge) else TokenView.of(came)
