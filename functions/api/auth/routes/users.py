"""Other people's accounts: administrators and moderators read them, administrators change them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.identity.administration import set_active, set_roles
from docchain.identity.deletion import delete_user
from docchain.identity.disclosures import note_disclosure
from docchain.identity.listing import Wanted, list_users
from docchain.identity.profiles import ProfileChanges, present, update_profile
from docchain.identity.step_up import require_step_up
from functions.api.auth.dependencies import Audit, Identity
from functions.api.auth.schemas.accounts import Message, Role, SetRoles, UsernamePrefix, UserView

CanRead = Annotated[Caller, Depends(requires("users:read"))]
CanAdminister = Annotated[Caller, Depends(requires("users:admin"))]
# Keys have twelve digits.
UserNumber = Annotated[int, Path(ge=1, lt=10**12)]

router = APIRouter(prefix="/api/v3/auth/users", tags=["auth"], responses=ERROR_RESPONSES)


@router.get("", summary="The tenant's users, by number; a page that is filtered looks at 1,000 of them")
async def read_users(
    caller: CanRead,
    identity: Identity,
    paging: Pages,
    request: Request,
    response: Response,
    role: Role | None = None,
    is_active: bool | None = None,
    q: Annotated[UsernamePrefix | None, Query(description="The beginning of a username.")] = None,
) -> list[UserView]:
    wanted = Wanted(role=role, is_active=is_active, q=q)
    users, cursor = list_users(identity.table, caller.tenant_id, wanted, paging.limit, paging.cursor)
    note_disclosure(identity.table, caller, "users")
    link_next(request, response, cursor)
    return [UserView.of(user) for user in users]


@router.get("/{user_id}", summary="A user of the tenant")
async def read_user(user_id: UserNumber, caller: CanRead, identity: Identity) -> UserView:
    user = present(identity, caller.tenant_id, user_id)
    note_disclosure(identity.table, caller, f"users/{user_id}")
    return UserView.of(user)


@router.put("/{user_id}", summary="Change a user's name or address")
async def update_user(user_id: UserNumber, body: ProfileChanges, caller: CanAdminister, identity: Identity) -> UserView:
    require_step_up(identity, caller)
    return UserView.of(update_profile(identity, caller.tenant_id, user_id, body, caller.username))


@router.delete("/{user_id}", summary="Delete a user: what was theirs goes, the number stays, their names are free")
async def remove_user(user_id: UserNumber, caller: CanAdminister, identity: Identity, audit: Audit) -> Message:
    require_step_up(identity, caller)
    delete_user(identity, audit, caller, user_id)
    return Message(message="User deleted")


@router.put("/{user_id}/roles", summary="Replace a user's roles; their tokens stop working within five seconds")
async def replace_roles(user_id: UserNumber, body: SetRoles, caller: CanAdminister, identity: Identity) -> UserView:
    require_step_up(identity, caller)
    return UserView.of(set_roles(identity, caller, user_id, body.in_order))


@router.post("/{user_id}/activate", summary="Let a user log in again")
async def activate_user(user_id: UserNumber, caller: CanAdminister, identity: Identity) -> UserView:
    require_step_up(identity, caller)
    return UserView.of(set_active(identity, caller, user_id, True))


@router.post("/{user_id}/deactivate", summary="Ban a user; their tokens stop working within five seconds")
async def deactivate_user(user_id: UserNumber, caller: CanAdminister, identity: Identity) -> UserView:
    require_step_up(identity, caller)
    return UserView.of(set_active(identity, caller, user_id, False))
