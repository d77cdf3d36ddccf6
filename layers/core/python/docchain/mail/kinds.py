"""Which events become letters: a kind is a function from the event to the letter, with the one-time link it carries.

A new kind is a function here and its line in ``KINDS``; the bus's rule takes its events from there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from docchain.clock import from_iso
from docchain.events.models import Event
from docchain.identity import keys, resets
from docchain.identity.invitations import InvitationRepository
from docchain.identity.keys import ANONYMOUS
from docchain.identity.policies import PolicyRepository
from docchain.identity.tenants import TenantRepository
from docchain.identity.users import UserRepository
from docchain.mail.letter import Letter
from docchain.storage.table import Table

ALERTED: Final = frozenset({"medium", "high", "critical"})
# Of a large tenant the first users are asked; SES takes 50 addresses a letter.
_USERS_READ, _ADMINS_WRITTEN_TO = 200, 20


@dataclass(frozen=True)
class Desk:
    """What letters are written from. ``public_url`` is where people reach the API, without a slash at its end."""

    identity: Table = field(repr=False)
    public_url: str


Kind = Callable[[Desk, Event], Letter | None]
"""``None`` when there is nobody to write to, or nothing to say any more."""


def password_reset(desk: Desk, fact: Event) -> Letter | None:
    """Its link is made here; one of a request that waited longer than a link lives would come unasked for."""
    user_id = fact.data["user_id"]
    if user_id is None or _age_seconds(fact) > resets.LIFETIME_SECONDS:
        return None
    user = UserRepository(desk.identity).find(fact.tenant_id, user_id)
    if user is None or not user.is_active:
        return None
    token = resets.make_link(desk.identity, user.tenant_id, user.id)
    return Letter(
        to=user.email,
        subject="Set a new password",
        greeting=f"Hello {user.full_name or user.username},",
        before=(f"somebody, we hope you, asked for a new password for the account {user.username}.",),
        label="Set a new password",
        url=f"{desk.public_url}/api/v3/security/auth/reset-password#{token}",
        after=(
            "The link works once, within 30 minutes. It ends every open session of the account.",
            "If it was not you, there is nothing to do: without this link the password stays as it is.",
        ),
    )


def invitation(desk: Desk, fact: Event) -> Letter | None:
    """None where an administrator hands the link over, nor for one that was used or withdrawn meanwhile."""
    invitations = InvitationRepository(desk.identity)
    found = invitations.find(fact.tenant_id, fact.data["invitation_id"])
    if found is None or fact.data["deliver"] != "mail":
        return None
    token = invitations.new_token(found.tenant_id, found.id)
    if token is None:
        return None
    tenant = TenantRepository(desk.identity).read(found.tenant_id)
    return Letter(
        to=found.email,
        subject="You are invited",
        greeting="Hello,",
        before=(f"{found.invited_by} invites you to join {tenant.name}.",),
        label="Join",
        url=f"{desk.public_url}/api/v3/auth/invitations/accept#{token}",
        after=("The link works once, within seven days.", "If you do not know who this is, there is nothing to do."),
    )


def threat_alert(desk: Desk, fact: Event) -> Letter | None:
    """To the administrators of the tenant, unless its policies say not to. What concerns the stage has no tenant."""
    if fact.data["severity"] not in ALERTED or fact.tenant_id == ANONYMOUS:
        return None
    if not PolicyRepository(desk.identity).read(fact.tenant_id).audit.real_time_alerts:
        return None
    people = desk.identity.query(keys.users(fact.tenant_id), limit=_USERS_READ).items
    admins = [u["email"] for u in people if u.get("is_active") and "admin" in u.get("roles", ())][:_ADMINS_WRITTEN_TO]
    if not admins:
        return None
    return Letter(
        to=admins[0],
        also_to=tuple(admins[1:]),
        subject=f"Security: {fact.data['title']}",
        greeting="Hello,",
        before=(f"{fact.data['title']} ({fact.data['severity']}): {fact.data['about']}.", fact.data["recommendation"]),
        label="All threats (log in first)",
        url=f"{desk.public_url}/api/v3/security/threats",
        after=("The policy audit.real_time_alerts turns these letters off.",),
    )


def notification(_: Desk, fact: Event) -> Letter | None:
    """What a workflow says to people of its tenant, in its own words and with its name under it."""
    first, *others = fact.data["to"]
    return Letter(
        to=first,
        also_to=tuple(others),
        subject=fact.data["subject"],
        greeting="Hello,",
        before=tuple(p.strip() for p in fact.data["text"].split("\n\n") if p.strip()),
        after=(f"Sent by workflow {fact.data['workflow_id']}, run {fact.data['run_id']}, node {fact.data['node']}.",),
    )


KINDS: Final[dict[str, Kind]] = {
    "user.password_reset_requested": password_reset,
    "user.invited": invitation,
    "threat.detected": threat_alert,
    "mail.requested": notification,
}
SENT_ONCE: Final = frozenset({"mail.requested"})
"""A second one would be a second letter; of the others a second one replaces the first one's link."""


def compose(desk: Desk, fact: Event) -> Letter | None:
    """Each call makes a new link, which ends the one before."""
    return KINDS[fact.type](desk, fact)


def _age_seconds(fact: Event) -> float:
    return (datetime.now(UTC) - from_iso(fact.occurred_at)).total_seconds()
