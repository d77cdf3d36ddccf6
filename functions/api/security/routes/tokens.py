"""Sessions from login to logout, and the keys that their tokens are checked with."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from docchain.entrypoints.access import PUBLIC, LoggedIn
from docchain.entrypoints.idempotency import IdempotencyHeader
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.origin import CallOrigin
from docchain.errors import invalid
from docchain.identity.answers import MfaRequiredView
from docchain.identity.challenges import Challenge
from docchain.identity.policies import PolicyRepository
from docchain.identity.registration import register
from docchain.identity.renewal import renew
from docchain.identity.requests import Application, Credentials
from docchain.identity.sign_in import log_in
from functions.api.security.dependencies import Identity
from functions.api.security.schemas.tokens import (
    JsonWebKey,
    JsonWebKeySet,
    LoginView,
    Message,
    ProfileView,
    RefreshTokenText,
    RegisteredView,
    RenewTokens,
    TokenPairView,
)

# An address ends up in logs, so the body goes first.
QueriedToken = Annotated[RefreshTokenText | None, Query(description="Send it in the body, if you can.")]

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.post("/auth/register", dependencies=[PUBLIC], summary="Create an account, and a tenant of its own")
async def register_user(
    body: Application, identity: Identity, idempotency_key: IdempotencyHeader = None
) -> RegisteredView:
    return RegisteredView.of(register(identity, body, idempotency_key))


@router.post("/auth/login", dependencies=[PUBLIC], summary="Open a session")
async def login(body: Credentials, identity: Identity, origin: CallOrigin) -> LoginView | MfaRequiredView:
    came = log_in(identity, body, origin)
    return MfaRequiredView.of(came) if isinstance(came, Challenge) else LoginView.of(came)


@router.post("/auth/refresh", dependencies=[PUBLIC], summary="Exchange a refresh token for a new pair, once")
async def refresh(
    identity: Identity,
    body: RenewTokens | None = None,
    refresh_token: Annotated[
        RefreshTokenText | None, Query(description="Better in the body: addresses are logged.")
    ] = None,
) -> TokenPairView:
    token = (body.refresh_token if body else None) or refresh_token
    if token is None:
        raise invalid("refresh_token", "is required")
    return TokenPairView.of(renew(identity, token))


@router.post("/auth/logout", summary="End the session; its tokens and sockets stop working within five seconds")
async def logout(caller: LoggedIn, identity: Identity) -> Message:
    identity.sessions.revoke(
        caller.tenant_id, caller.session_id, caller.user_id, reason="logout", actor=caller.username
    )
    return Message(message="Logged out")


@router.get("/profile", summary="The account that the token speaks for")
async def read_profile(caller: LoggedIn, identity: Identity) -> ProfileView:
    policies = PolicyRepository(identity.table).read(caller.tenant_id)
    return ProfileView.of(identity.users.read(caller.tenant_id, caller.user_id), policies.password)


@router.get("/.well-known/jwks.json", dependencies=[PUBLIC], summary="Public keys of access tokens (RFC 7517)")
async def read_jwks(identity: Identity, response: Response) -> JsonWebKeySet:
    response.headers["cache-control"] = "public, max-age=300"
    return JsonWebKeySet(keys=[JsonWebKey(**jwk) for jwk in identity.keys.jwks])
