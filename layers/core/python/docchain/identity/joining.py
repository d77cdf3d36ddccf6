"""Joining a tenant by invitation: the door beside registering, for who does not found a tenant."""

import hashlib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from docchain.clock import now
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.accounts import Accounts
from docchain.identity.errors import EmailTaken, InvitationNotFound, UsernameTaken
from docchain.identity.invitations import Invitation, InvitationRepository
from docchain.identity.models import User
from docchain.identity.names import USERNAME_PATTERN
from docchain.identity.password_policy import require_strong
from docchain.identity.policies import PolicyRepository
from docchain.identity.registration import joined_before
from docchain.identity.requests import Password
from docchain.identity.tenants import TenantRepository
from docchain.ids import TenantId, UserId
from docchain.storage.counters import next_number
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey, fingerprint
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action

_TOKEN_MOST = 256
_USERNAME, _EMAIL, _INVITATION = 0, 1, 3


class Acceptance(BaseModel):
    """The address is the one that was invited, and the roles are those that were offered: neither is asked for."""

    token: Annotated[str, Field(min_length=1, max_length=_TOKEN_MOST, repr=False)]
    username: Annotated[str, Field(pattern=USERNAME_PATTERN)]
    password: Password
    full_name: Annotated[str | None, Field(max_length=200)] = None

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "token": "inv_default.01K…",
                    "username": "grace",
                    "password": "Compiler-1952",
                    "full_name": "Grace Hopper",
                }
            ]
        },
    )


def accept_invitation(accounts: Accounts, acceptance: Acceptance, idempotency_key: str | None = None) -> User:
    """Raises ``InvitationNotFound``, ``WeakPassword``, ``UsernameTaken``, ``EmailTaken``, ``IdempotencyMismatch``."""
    key = _idempotency(acceptance, idempotency_key) if idempotency_key else None
    if key and (earlier := joined_before(accounts, acceptance.password, key)):
        return earlier
    invitation = InvitationRepository(accounts.table).open_with(acceptance.token)
    policies = PolicyRepository(accounts.table).read(invitation.tenant_id)
    require_strong(acceptance.password, policies.password, (acceptance.username, invitation.email))
    user = _invited(accounts, invitation, acceptance)
    actions = _joining(accounts, invitation, user, key)
    try:
        accounts.table.transact(actions)
    except ConditionFailed as error:
        # The same key at the same time: whoever was first has the answer.
        if key and (earlier := joined_before(accounts, acceptance.password, key)):
            return earlier
        if _INVITATION in error.failed:
            raise InvitationNotFound from None
        if _USERNAME in error.failed:
            raise UsernameTaken from None
        if _EMAIL in error.failed:
            raise EmailTaken from None
        raise
    return user


def _invited(accounts: Accounts, invitation: Invitation, acceptance: Acceptance) -> User:
    return User(
        tenant_id=TenantId(invitation.tenant_id),
        id=UserId(next_number(accounts.table, invitation.tenant_id, "user")),
        username=acceptance.username,
        email=invitation.email,
        full_name=acceptance.full_name,
        password_hash=accounts.passwords.hash(acceptance.password),
        roles=invitation.roles,
        created_at=now(),
    )


def _joining(accounts: Accounts, invitation: Invitation, user: User, key: IdempotencyKey | None) -> list[Action]:
    table = accounts.table
    actions = [
        *accounts.users.adding(user),
        InvitationRepository(table).spending(invitation),
        table.putting(_news("user.registered", f"users/{user.id}", user, {})),
        table.putting(
            _news("invitation.accepted", f"invitations/{invitation.id}", user, {"roles": list(invitation.roles)})
        ),
        *TenantRepository(table).counting_admins(None, user),
    ]
    if key:
        actions.append(key.recording(table, {"tenant_id": user.tenant_id, "user_id": user.id}))
    return actions


def _news(kind: str, subject: str, user: User, data: dict[str, list[str]]) -> Item:
    fact = Event(
        type=kind,
        tenant_id=user.tenant_id,
        subject=subject,
        actor=user.username,
        data={"user_id": user.id, **data},
    )
    return event_item(fact)


def _idempotency(acceptance: Acceptance, key: str) -> IdempotencyKey:
    """The password is no part of the fingerprint, which is too cheap a hash for it."""
    asked = acceptance.model_dump(exclude={"password", "token"})
    asked["token"] = hashlib.sha256(acceptance.token.encode()).hexdigest()
    return IdempotencyKey(keys.ANONYMOUS, operation="accept", key=key, fingerprint=fingerprint(asked))
