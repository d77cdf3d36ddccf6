"""Inviting, once per Idempotency-Key."""

from docchain.auth.caller import Caller
from docchain.identity.errors import InvitationNotFound
from docchain.identity.invitations import Delivery, Invitation, InvitationRepository
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from functions.api.auth.schemas.invitations import Invite


def invite(
    invitations: InvitationRepository, body: Invite, caller: Caller, deliver: Delivery, key: IdempotencyKey | None
) -> tuple[Invitation, str | None]:
    """Asked again with the same key, the answer has no token: it is kept nowhere."""
    if key and (earlier := _invited_before(invitations, caller, key)):
        return earlier, None
    try:
        return invitations.invite(
            caller.tenant_id, body.email, body.roles_in_order, caller.username, deliver=deliver, key=key
        )
    except ConditionFailed:
        # The same key at the same time: whoever was first has the answer.
        if key and (earlier := _invited_before(invitations, caller, key)):
            return earlier, None
        raise


def _invited_before(invitations: InvitationRepository, caller: Caller, key: IdempotencyKey) -> Invitation | None:
    """Raises ``InvitationNotFound`` when it was accepted or withdrawn since."""
    answer = key.earlier_answer(invitations.table)
    if answer is None:
        return None
    invitation = invitations.find(caller.tenant_id, answer["invitation_id"])
    if invitation is None:
        raise InvitationNotFound
    return invitation
