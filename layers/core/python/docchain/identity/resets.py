"""Resetting a forgotten password by a mailed link: ``rs_<tenant>.<id>.<secret>``, good for one use within 30 minutes.

The request says the same to everybody and makes no secret. The worker that mails the link makes it, so that none is on
the bus, and keeps its hash. An account has one link: a newer one replaces it. A request that is delivered twice mails
two links, of which the second is good.
"""

import hashlib
import re
import secrets
from hmac import compare_digest
from typing import Final

from docchain.clock import epoch
from docchain.errors import ClientError
from docchain.events.models import Event
from docchain.identity import keys, new_password
from docchain.identity.accounts import Accounts
from docchain.identity.attempts import admit
from docchain.identity.names import LONGEST, canonical
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

LIFETIME_SECONDS: Final = 30 * 60
MAILS_PER_HOUR: Final = 3

_SECRET_BYTES = 32
_FORM = re.compile(r"rs_([A-Za-z0-9_]{1,64})\.(reset-([0-9]{1,12}))\.([A-Za-z0-9_-]{43})", re.ASCII)


class InvalidResetLink(ClientError):
    """One sentence for every fault: used, too old, replaced, of a closed account, never given out."""

    code = "INVALID_RESET_LINK"

    def __init__(self) -> None:
        super().__init__("The link is not valid: it was used, replaced by a newer one, or is too old. Ask for another.")


def request_reset(accounts: Accounts, email: str) -> None:
    """Three calls, or four when it was asked before, whether anybody has this address or not.

    Raises ``TooManyAttempts`` after three requests for one address, whoever asks, for an hour.
    """
    tenant_id, user_id = accounts.users.look_up(email)
    admit(accounts.guard, _requests_for(email), MAILS_PER_HOUR, 3600)
    fact = Event(
        type="user.password_reset_requested",
        tenant_id=tenant_id,
        subject=f"users/{user_id}" if user_id else "users",
        data={"user_id": user_id or None},
    )
    accounts.table.put(event_item(fact))


def make_link(table: Table, tenant_id: str, user_id: int) -> str:
    """The token to mail; an earlier one of the same account is no longer good."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    link_id = _id_of(user_id)
    link = {
        "pk": keys.link(tenant_id, link_id),
        "sk": keys.LINK,
        "entity": "link",
        "user_id": user_id,
        "secret_hash": _hash(secret),
        "expires_at": epoch() + LIFETIME_SECONDS,
    }
    table.put(link)
    return f"rs_{tenant_id}.{link_id}.{secret}"


def ending_link(table: Table, tenant_id: str, user_id: int) -> Action:
    """Of an account that moves to another address, or is closed: whoever has the old mailbox opens nothing."""
    return table.deleting(keys.link(tenant_id, _id_of(user_id)), keys.LINK)


def confirm_reset(accounts: Accounts, token: str, password: str) -> None:
    """The link is used by the transaction that sets the password: of two at once, one is refused.

    A password that is refused leaves the link good. Raises ``InvalidResetLink``, ``WeakPassword``,
    ``PasswordUsedBefore``.
    """
    form = _FORM.fullmatch(token)
    if form is None:
        raise InvalidResetLink
    tenant_id, link_id, user_id, secret = form[1], form[2], int(form[3]), form[4]
    at = (keys.link(tenant_id, link_id), keys.LINK)
    found = accounts.table.get_many([at, *new_password.keys_of_holder(tenant_id, user_id)], consistent=True)
    holder = new_password.to_holder(tenant_id, user_id, found)
    if not _is_good(found.get(at), secret) or holder is None or not holder.user.is_active:
        raise InvalidResetLink
    unspent = Attr("secret_hash").eq(_hash(secret)) & Attr("expires_at").gt(epoch())
    spending = (accounts.table.deleting(*at, when=unspent),)
    try:
        new_password.replace_password(
            accounts, holder, password, reason="password_reset", actor=holder.user.username, spending=spending
        )
    except ConditionFailed:
        raise InvalidResetLink from None


def _is_good(link: Item | None, secret: str) -> bool:
    """TTL deletes late."""
    kept = link["secret_hash"] if link else ""
    return compare_digest(kept, _hash(secret)) and link is not None and link["expires_at"] > epoch()


def _id_of(user_id: int) -> str:
    return f"reset-{user_id}"


def _requests_for(email: str) -> str:
    address = hashlib.sha256(canonical(email)[:LONGEST].encode()).hexdigest()
    return f"{keys.ANONYMOUS}#failures#reset#{address}"


def _hash(secret: str) -> str:
    """No salt and no cost: 256 random bits cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()
