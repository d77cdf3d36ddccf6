"""Profiles: what users say about themselves. An address moves in the directory in the same transaction."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, EmailStr, Field

from docchain.auth.caller import Caller
from docchain.clock import now
from docchain.errors import invalid
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.accounts import Accounts
from docchain.identity.errors import EmailTaken, UserNotFound
from docchain.identity.masking import masked_profile
from docchain.identity.models import User
from docchain.identity.names import LONGEST, canonical
from docchain.identity.resets import ending_link
from docchain.identity.step_up import require_step_up
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item
from docchain.storage.table import Action

_CLAIM = 2


class ProfileChanges(BaseModel):
    """These fields and no other: nobody makes themselves an administrator here. What is left out stays."""

    full_name: Annotated[str | None, Field(max_length=200)] = None
    email: EmailStr = ""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"full_name": "Ada King", "email": "ada.king@example.com"}]},
    )

    @property
    def moves_email(self) -> bool:
        return "email" in self.model_fields_set


def present(accounts: Accounts, tenant_id: str, user_id: int) -> User:
    """Raises ``UserNotFound``, of a deleted user too."""
    user = accounts.users.read(tenant_id, user_id)
    if user.deleted_at:
        raise UserNotFound
    return user


def update_own_profile(accounts: Accounts, caller: Caller, changes: ProfileChanges) -> User:
    """Raises ``StepUpRequired`` for a new address, to which the next forgotten password would be mailed."""
    if changes.moves_email:
        require_step_up(accounts, caller)
    return update_profile(accounts, caller.tenant_id, caller.user_id, changes, caller.username)


def update_profile(accounts: Accounts, tenant_id: str, user_id: int, changes: ProfileChanges, actor: str) -> User:
    """Raises ``EmailTaken``, and ``ConditionFailed`` (409) when the address was changed meanwhile.

    What is as asked already is not written, and no news.
    """
    user = present(accounts, tenant_id, user_id)
    asked = changes.model_dump(include=changes.model_fields_set)
    if len(canonical(asked.get("email", ""))) > LONGEST:
        raise invalid("email", "is too long")
    new = {name: value for name, value in asked.items() if getattr(user, name) != value}
    if not new:
        return user
    moved = canonical(new.get("email", user.email)) != canonical(user.email)
    dated = {"email_changed_at": now()} if moved else {}
    try:
        accounts.table.transact(_members(accounts, user, new, dated, actor))
    except ConditionFailed as error:
        if error.failed == [_CLAIM]:
            raise EmailTaken from None
        raise
    return user.model_copy(update=new | dated)


def _members(accounts: Accounts, user: User, new: dict[str, Any], dated: dict[str, str], actor: str) -> list[Action]:
    table, updated = accounts.table, user.model_copy(update=new)
    fact = Event(
        type="user.updated",
        tenant_id=user.tenant_id,
        subject=f"users/{user.id}",
        actor=actor,
        data={
            "user_id": user.id,
            "before": masked_profile({name: getattr(user, name) for name in new}),
            "after": masked_profile(new),
        },
    )
    unmoved = Attr("email").eq(user.email) & Attr("deleted_at").not_exists()
    actions = [
        table.updating(keys.users(user.tenant_id), keys.user(user.id), set_=new | dated, when=unmoved),
        table.putting(event_item(fact)),
    ]
    old, address = (keys.email(canonical(u.email)) for u in (user, updated))
    if old != address:
        actions += [
            accounts.users.claiming(address, user),
            accounts.users.releasing(old, user),
            ending_link(table, user.tenant_id, user.id),
        ]
    return actions
