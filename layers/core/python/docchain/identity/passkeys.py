"""Passkeys as they are kept, and the challenges that their ceremonies begin with."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import epoch, now
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.errors import PasskeyNotFound, TooManyPasskeys
from docchain.identity.models import User
from docchain.ids import new_ulid
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

MOST: Final = 10
CHALLENGE_SECONDS: Final = 300

_CHALLENGE_BYTES = 32


@dataclass(frozen=True)
class Beginning:
    """A ceremony that was begun: ``id`` names it, ``challenge`` is what the authenticator signs."""

    id: str
    challenge: bytes


def begin(table: Table, pk: str, purpose: str, **bound: Any) -> Beginning:
    """``pk`` is the account's partition, or that of nobody for a login; ``bound`` must hold at the end too."""
    begun = Beginning(new_ulid(), secrets.token_bytes(_CHALLENGE_BYTES))
    item = {
        "pk": pk,
        "sk": f"ceremony#{begun.id}",
        "entity": "ceremony",
        "purpose": purpose,
        "challenge": base64.b64encode(begun.challenge).decode(),
        "expires_at": epoch() + CHALLENGE_SECONDS,
        **bound,
    }
    table.put(item)
    return begun


def challenge_of(item: Item | None, purpose: str, **bound: Any) -> bytes | None:
    """``None`` when it is too old, was used, or belongs to something else."""
    if item is None or item["expires_at"] <= epoch() or item["purpose"] != purpose:
        return None
    if any(item.get(name) != value for name, value in bound.items()):
        return None
    return base64.b64decode(item["challenge"])


def ending(table: Table, pk: str, ceremony_id: str) -> Action:
    """Once: fails for a ceremony that has ended."""
    return table.deleting(pk, f"ceremony#{ceremony_id}", when=Attr("challenge").exists())


def id_of(credential_id: bytes) -> str:
    """Authenticators choose up to 1,023 bytes, which is more than a key of DynamoDB takes."""
    return hashlib.sha256(credential_id).hexdigest()


@dataclass(frozen=True)
class PasskeyRepository:
    table: Table

    def read_all(self, tenant_id: str, user_id: int) -> list[Item]:
        return self.table.query_all(keys.account(tenant_id, user_id), prefix="passkey#", most=MOST, consistent=True)

    def add(self, user: User, passkey: Item, ended: Action) -> None:
        """Raises ``TooManyPasskeys``, and ``ConditionFailed`` for a ceremony or a passkey that was used before."""
        account = keys.account(user.tenant_id, user.id)
        item = {
            "pk": account,
            "sk": f"passkey#{passkey['id']}",
            "entity": "passkey",
            "created_at": now(),
            **passkey,
        }
        actions = [
            ended,
            self.table.putting(item, when=Attr("pk").not_exists()),
            self._counting(account, 1, Attr("count").not_exists() | Attr("count").lt(MOST)),
            self.table.putting(event_item(_fact("passkey.registered", user, passkey["id"], passkey["name"]))),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed as error:
            if error.failed == [2]:
                raise TooManyPasskeys(MOST) from None
            raise

    def using(self, passkey: Item, sign_count: int) -> Action:
        """Fails when it was used meanwhile, or removed."""
        unchanged = Attr("sign_count").eq(passkey["sign_count"])
        changes = {"sign_count": sign_count, "last_used_at": now()}
        return self.table.updating(passkey["pk"], passkey["sk"], set_=changes, when=unchanged)

    def remove(self, user: User, passkey_id: str) -> None:
        """Raises ``PasskeyNotFound``."""
        account = keys.account(user.tenant_id, user.id)
        actions = [
            self.table.deleting(account, f"passkey#{passkey_id}", when=Attr("pk").exists()),
            self._counting(account, -1, Attr("count").exists()),
            self.table.putting(event_item(_fact("passkey.removed", user, passkey_id, None))),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed:
            raise PasskeyNotFound from None

    def _counting(self, account: str, by: int, when: Any) -> Action:
        return self.table.updating(account, "passkeys", set_={"entity": "passkeys"}, add={"count": by}, when=when)


def _fact(kind: str, user: User, passkey_id: str, name: str | None) -> Event:
    return Event(
        type=kind,
        tenant_id=user.tenant_id,
        subject=f"users/{user.id}",
        actor=user.username,
        data={"user_id": user.id, "passkey_id": passkey_id, "name": name},
    )
