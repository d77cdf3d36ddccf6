"""Invitations: an address may join a tenant, once and within seven days. Of the secret only a hash is kept.

Who hands the link over makes its secret: the worker that mails it, or the route when an administrator asks for it.
So no secret is on the bus, and a newer link for the same invitation ends the older one.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from docchain.clock import epoch, now
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.errors import AlreadyInvited, InvitationNotFound, TooManyInvitations
from docchain.identity.masking import masked_email
from docchain.identity.names import canonical
from docchain.ids import new_ulid
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

LIFETIME_SECONDS: Final = 7 * 24 * 3600
OPEN_MOST: Final = 100

# The open ones, and those whose time is over and that TTL has not deleted yet.
_STORED_MOST = 2000
_HEAD = "head"
_TRIES = 5
_SECRET_BYTES = 32
_FORM = re.compile(r"inv_([A-Za-z0-9_]{1,64})\.([0-9A-Z]{26})\.([A-Za-z0-9_-]{43})", re.ASCII)

Delivery = Literal["mail", "link"]


class Invitation(BaseModel):
    """``expires_at`` is epoch seconds, as DynamoDB's TTL wants it."""

    model_config = ConfigDict(frozen=True)

    tenant_id: str
    id: str
    email: str
    roles: tuple[str, ...]
    invited_by: str
    created_at: str
    expires_at: int
    secret_hash: str | None = None

    @property
    def is_open(self) -> bool:
        return self.expires_at > epoch()


@dataclass(frozen=True)
class InvitationRepository:
    table: Table

    def list_open(self, tenant_id: str) -> list[Invitation]:
        """At most ``OPEN_MOST``, oldest first."""
        return self._read(tenant_id)[0]

    def find(self, tenant_id: str, invitation_id: str) -> Invitation | None:
        item = self.table.get(keys.invitations(tenant_id), invitation_id, consistent=True)
        invitation = _to_invitation(tenant_id, item) if item and item["entity"] == "invitation" else None
        return invitation if invitation and invitation.is_open else None

    def invite(
        self,
        tenant_id: str,
        email: str,
        roles: tuple[str, ...],
        actor: str,
        *,
        deliver: Delivery = "mail",
        key: IdempotencyKey | None = None,
    ) -> tuple[Invitation, str | None]:
        """The invitation, and its token when the link is asked for: nobody reads that one again.

        Raises ``AlreadyInvited``, ``TooManyInvitations``, and ``ConditionFailed`` when the key was used meanwhile.
        """
        invitation = Invitation(
            tenant_id=tenant_id,
            id=new_ulid(),
            email=email,
            roles=roles,
            invited_by=actor,
            created_at=now(),
            expires_at=epoch() + LIFETIME_SECONDS,
        )
        token = _new_token(invitation) if deliver == "link" else None
        if token:
            invitation = invitation.model_copy(update={"secret_hash": _hash(token)})
        for _ in range(_TRIES):
            others, revision = self._read(tenant_id)
            _require_room(others, email)
            actions = self._inviting(invitation, revision, deliver)
            if key:
                actions.append(key.recording(self.table, {"invitation_id": invitation.id}))
            try:
                self.table.transact(actions)
            except ConditionFailed as error:
                if key and len(actions) - 1 in error.failed:
                    raise
                continue  # somebody else was invited or withdrawn: count again
            return invitation, token
        raise TooMuchContention("Too many invitations at the same time; try again.")

    def withdraw(self, tenant_id: str, invitation_id: str, actor: str) -> None:
        """Raises ``InvitationNotFound``."""
        invitation = self.find(tenant_id, invitation_id)
        if invitation is None:
            raise InvitationNotFound
        told = _news("invitation.revoked", invitation, actor)
        deleting = self.table.deleting(keys.invitations(tenant_id), invitation_id, when=Attr("pk").exists())
        try:
            self.table.transact([deleting, self.table.putting(told)])
        except ConditionFailed:
            raise InvitationNotFound from None

    def new_token(self, tenant_id: str, invitation_id: str) -> str | None:
        """For whoever hands the link over; ends an older one. ``None`` when the invitation is no longer open."""
        invitation = self.find(tenant_id, invitation_id)
        if invitation is None:
            return None
        token = _new_token(invitation)
        try:
            self.table.update(
                keys.invitations(tenant_id),
                invitation_id,
                set_={"secret_hash": _hash(token)},
                when=Attr("pk").exists(),
            )
        except ConditionFailed:
            return None
        return token

    def open_with(self, token: str) -> Invitation:
        """Raises ``InvitationNotFound`` for every reason the same."""
        form = _FORM.fullmatch(token)
        invitation = self.find(form[1], form[2]) if form else None
        if invitation is None or not compare_digest(invitation.secret_hash or "", _hash(token)):
            raise InvitationNotFound
        return invitation

    def spending(self, invitation: Invitation) -> Action:
        """Fails when it was used, withdrawn, or given another link meanwhile."""
        unspent = Attr("secret_hash").eq(invitation.secret_hash)
        return self.table.deleting(keys.invitations(invitation.tenant_id), invitation.id, when=unspent)

    def _inviting(self, invitation: Invitation, revision: int, deliver: Delivery) -> list[Action]:
        pk = keys.invitations(invitation.tenant_id)
        item = {"pk": pk, "sk": invitation.id, "entity": "invitation", **invitation.model_dump(exclude={"tenant_id"})}
        head = {"pk": pk, "sk": _HEAD, "entity": "invitations", "revision": revision + 1}
        told = _news("user.invited", invitation, invitation.invited_by, deliver=deliver)
        return [
            self.table.putting(head, when=_is_at(revision)),
            self.table.putting(item, when=Attr("pk").not_exists()),
            self.table.putting(told),
        ]

    def _read(self, tenant_id: str) -> tuple[list[Invitation], int]:
        """The open ones and the revision, which counts up with each that is sent."""
        stored = self.table.query_all(keys.invitations(tenant_id), most=_STORED_MOST, consistent=True)
        revision = next((item["revision"] for item in stored if item["sk"] == _HEAD), 0)
        invitations = [_to_invitation(tenant_id, item) for item in stored if item["sk"] != _HEAD]
        return [i for i in invitations if i.is_open], revision


def _require_room(others: list[Invitation], email: str) -> None:
    for other in others:
        if canonical(other.email) == canonical(email):
            raise AlreadyInvited(other.id)
    if len(others) >= OPEN_MOST:
        raise TooManyInvitations(OPEN_MOST)


def _is_at(revision: int) -> Condition:
    return Attr("revision").eq(revision) if revision else Attr("pk").not_exists()


def _news(kind: str, invitation: Invitation, actor: str, **data: str) -> Item:
    fact = Event(
        type=kind,
        tenant_id=invitation.tenant_id,
        subject=f"invitations/{invitation.id}",
        actor=actor,
        data={
            "invitation_id": invitation.id,
            "email": masked_email(invitation.email),
            "roles": list(invitation.roles),
            **data,
        },
    )
    return event_item(fact)


def _to_invitation(tenant_id: str, item: Item) -> Invitation:
    return Invitation.model_validate({**item, "tenant_id": tenant_id})


def _new_token(invitation: Invitation) -> str:
    return f"inv_{invitation.tenant_id}.{invitation.id}.{secrets.token_urlsafe(_SECRET_BYTES)}"


def _hash(token: str) -> str:
    """No salt and no cost: 256 random bits cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()
