"""One's own API keys: made, shown without their secret, rotated, revoked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from docchain.auth.caller import Caller
from docchain.entrypoints.access import LoggedIn
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.provided import provided
from docchain.identity.api_keys.issue import NewApiKey, create_api_key, rotate_api_key
from docchain.identity.api_keys.repository import ApiKeyRepository
from docchain.identity.step_up import require_step_up
from functions.api.security.dependencies import Identity, accounts
from functions.api.security.schemas.api_keys import ApiKeysView, ApiKeyView, IssuedKeyView, RotateApiKey
from functions.api.security.schemas.tokens import Message


def _keys() -> ApiKeyRepository:
    return ApiKeyRepository(accounts().table)


async def _stepped_up(caller: LoggedIn, identity: Identity) -> Caller:
    require_step_up(identity, caller)
    return caller


Keys = Annotated[ApiKeyRepository, provided(_keys)]
SteppedUp = Annotated[Caller, Depends(_stepped_up)]
KeyId = Annotated[str, Path(max_length=64)]

router = APIRouter(prefix="/api/v3/security/api-keys", tags=["security"], responses=ERROR_RESPONSES)


@router.post("", summary="Create an API key; its secret is shown this once")
async def create_key(body: NewApiKey, caller: SteppedUp, keys: Keys, once: Idempotency = None) -> IssuedKeyView:
    return IssuedKeyView.issued(create_api_key(keys, caller, body, once))


@router.get("", summary="One's own API keys, newest first")
async def list_keys(caller: LoggedIn, keys: Keys) -> ApiKeysView:
    return ApiKeysView(api_keys=[ApiKeyView.of(key) for key in keys.read_all(caller.tenant_id, caller.user_id)])


@router.get("/{api_key_id}", summary="One of one's own API keys")
async def read_key(api_key_id: KeyId, caller: LoggedIn, keys: Keys) -> ApiKeyView:
    return ApiKeyView.of(keys.read(caller.tenant_id, caller.user_id, api_key_id))


@router.post("/{api_key_id}/rotate", summary="Give a key another secret; the one before works for some hours more")
async def rotate_key(
    api_key_id: KeyId, caller: SteppedUp, keys: Keys, body: RotateApiKey | None = None, once: Idempotency = None
) -> IssuedKeyView:
    overlap = (body or RotateApiKey()).overlap_hours
    return IssuedKeyView.issued(rotate_api_key(keys, caller, api_key_id, overlap, once))


@router.delete("/{api_key_id}", summary="Revoke a key; it stops working within five seconds")
async def revoke_key(api_key_id: KeyId, caller: SteppedUp, keys: Keys) -> Message:
    keys.revoke(keys.read(caller.tenant_id, caller.user_id, api_key_id), caller.username)
    return Message(message="Revoked")
