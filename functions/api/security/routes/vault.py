"""The tenant's vault: secrets go in and are used by reference; none comes out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.identity.step_up import require_step_up
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.vault.storing import NewSecret, store_secret
from functions.api.security.dependencies import Encryption, Identity, VaultSecrets
from functions.api.security.schemas.tokens import Message
from functions.api.security.schemas.vault import SecretName, SecretUseView, SecretView, StoreSecret

CanSee = Annotated[Caller, Depends(requires("vault:read"))]
CanStore = Annotated[Caller, Depends(requires("vault:write"))]

router = APIRouter(prefix="/api/v3/security/vault/secrets", tags=["security"], responses=ERROR_RESPONSES)


@router.get("", summary="The tenant's secrets by name, without their values")
async def list_secrets(
    request: Request, response: Response, caller: CanSee, secrets: VaultSecrets, pages: Pages
) -> list[SecretView]:
    scope = f"vault/{caller.tenant_id}"
    found, page = secrets.read_page(caller.tenant_id, limit=pages.limit, start_key=from_cursor(pages.cursor, scope))
    link_next(request, response, to_cursor(page.next_key, scope))
    return [SecretView.of(secret) for secret in found]


@router.get("/{secret_name}", summary="What is known of a secret; never its value")
async def read_secret(secret_name: SecretName, caller: CanSee, secrets: VaultSecrets) -> SecretUseView:
    return SecretUseView.used(*secrets.read(caller.tenant_id, secret_name))


@router.put("/{secret_name}", summary="Store a secret; the value before is kept for a day")
async def put_secret(
    secret_name: SecretName,
    body: StoreSecret,
    caller: CanStore,
    identity: Identity,
    secrets: VaultSecrets,
    encryption: Encryption,
) -> SecretView:
    require_step_up(identity, caller)
    new = NewSecret(secret_name, body.value, body.kind, body.description, body.algorithm)
    return SecretView.of(store_secret(secrets, encryption, caller.tenant_id, new, caller.username))


@router.delete("/{secret_name}", summary="Delete a secret and the value before it")
async def delete_secret(
    secret_name: SecretName, caller: CanStore, identity: Identity, secrets: VaultSecrets
) -> Message:
    require_step_up(identity, caller)
    secret, _ = secrets.read(caller.tenant_id, secret_name)
    secrets.delete(secret, caller.username)
    return Message(message=f"The secret {secret_name} is deleted")
