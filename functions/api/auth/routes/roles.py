"""Roles and what each may."""

from fastapi import APIRouter

from docchain.entrypoints.access import LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.auth.schemas.accounts import RoleView

router = APIRouter(prefix="/api/v3/auth/roles", tags=["auth"], responses=ERROR_RESPONSES)


@router.get("", summary="The roles, with the scopes that each carries")
async def read_roles(_: LoggedIn) -> list[RoleView]:
    return RoleView.every()
