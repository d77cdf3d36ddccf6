"""The caller's tenant."""

from typing import Annotated

from fastapi import APIRouter, Depends

from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.identity.tenants import TenantRepository
from functions.api.auth.dependencies import Identity
from functions.api.auth.schemas.tenants import RenameTenant, TenantView

CanRead = Annotated[Caller, Depends(requires("auth:read"))]
CanRule = Annotated[Caller, Depends(requires("tenant:admin"))]

router = APIRouter(prefix="/api/v3/auth/tenant", tags=["auth"], responses=ERROR_RESPONSES)


@router.get("", summary="The tenant that the caller belongs to")
async def read_tenant(caller: CanRead, identity: Identity) -> TenantView:
    return TenantView.model_validate(TenantRepository(identity.table).read(caller.tenant_id), from_attributes=True)


@router.put("", summary="Rename the tenant")
async def rename_tenant(body: RenameTenant, caller: CanRule, identity: Identity) -> TenantView:
    tenant = TenantRepository(identity.table).rename(caller.tenant_id, body.name, caller.username)
    return TenantView.model_validate(tenant, from_attributes=True)
