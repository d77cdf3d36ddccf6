"""One's own profile, as the security group names it."""

from fastapi import APIRouter

from docchain.entrypoints.access import LoggedIn
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.identity.profiles import ProfileChanges, update_own_profile
from functions.api.security.dependencies import Identity
from functions.api.security.schemas.tokens import Message

router = APIRouter(prefix="/api/v3/security/profile", tags=["security"], responses=ERROR_RESPONSES)


@router.put("", summary="Change one's own name or address; a new address wants a fresh second factor")
async def update_profile(body: ProfileChanges, caller: LoggedIn, identity: Identity) -> Message:
    update_own_profile(identity, caller, body)
    return Message(message="Profile updated")
