"""One's own account."""

from fastapi import APIRouter

from docchain.entrypoints.access import LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.identity.profiles import ProfileChanges, update_own_profile
from functions.api.auth.dependencies import Identity
from functions.api.auth.schemas.accounts import AccountView

router = APIRouter(prefix="/api/v3/auth/me", tags=["auth"], responses=ERROR_RESPONSES)


@router.get("", summary="The account that the token speaks for")
async def read_me(caller: LoggedIn, identity: Identity) -> AccountView:
    return AccountView.of(identity.users.read(caller.tenant_id, caller.user_id))


@router.put("", summary="Change one's own name or address; a new address wants a fresh second factor")
async def update_me(body: ProfileChanges, caller: LoggedIn, identity: Identity) -> AccountView:
    return AccountView.of(update_own_profile(identity, caller, body))
