"""Roles and what each may."""

from typing import Annotated

from fastapi import APIRouter, Depends

from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.auth.schemas.accounts import RoleView

CanRead = Annotated[Caller, Depends(requires("auth:read"))]

router = APIRouter(prefix="/api/v3/auth/roles", tags=["auth"], responses=ERROR_RESPONSES)


@router.get("", summary="The roles, with the scopes that each carries")
async def read_roles(_: CanRead) -> list[RoleView]:
    return RoleView.every()
