"""Security policies: everybody may know the rules, administrators make them."""

from typing import Annotated

from fastapi import APIRouter, Depends

from docchain.auth.caller import Caller
from docchain.entrypoints.access import LoggedIn, requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.identity.policies import Policies, PolicyRepository
from docchain.identity.step_up import require_step_up
from functions.api.security.dependencies import Identity

CanRule = Annotated[Caller, Depends(requires("tenant:admin"))]

router = APIRouter(prefix="/api/v3/security", tags=["security"], responses=ERROR_RESPONSES)


@router.get("/policies", summary="The tenant's security policies")
async def read_policies(caller: LoggedIn, identity: Identity) -> Policies:
    return PolicyRepository(identity.table).read(caller.tenant_id)


@router.put("/policies", summary="Replace the policies; what is left out goes back to its default")
async def replace_policies(body: Policies, caller: CanRule, identity: Identity) -> Policies:
    require_step_up(identity, caller)
    return PolicyRepository(identity.table).replace(caller.tenant_id, body, caller.username)
