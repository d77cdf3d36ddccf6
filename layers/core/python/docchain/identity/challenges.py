"""Challenges: who has given the right password, and owes the second factor.

``mfa_<tenant>.<user>.<id>.<secret>`` is good for five minutes and one login, and ends with the password it was given
for. It is bound to no address: a phone changes its own between two requests.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Final

from docchain.clock import epoch
from docchain.identity import keys
from docchain.identity.errors import InvalidChallenge, InvalidCredentials
from docchain.identity.models import User
from docchain.ids import new_ulid
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

LIFETIME_SECONDS: Final = 300

_SECRET_BYTES = 32
_FORM = re.compile(r"mfa_([A-Za-z0-9_]{1,64})\.([1-9][0-9]{0,14})\.([0-9A-Z]{26})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True)
class Challenge:
    tenant_id: str
    user_id: int
    id: str
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Challenge":
        """Raises ``InvalidChallenge``."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise InvalidChallenge
        tenant_id, user_id, challenge_id, secret = found.groups()
        return cls(tenant_id, int(user_id), challenge_id, secret)

    def text(self) -> str:
        return f"mfa_{self.tenant_id}.{self.user_id}.{self.id}.{self.secret}"

    @property
    def address(self) -> tuple[str, str]:
        return keys.account(self.tenant_id, self.user_id), f"challenge#{self.id}"

    @property
    def secret_hash(self) -> str:
        """No salt and no cost: 256 random bits cannot be searched."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def is_good(self, stored: Item | None, user: User) -> bool:
        return (
            stored is not None
            and compare_digest(stored["secret_hash"], self.secret_hash)
            and stored["expires_at"] > epoch()
            and stored["token_version"] == user.token_version
        )

    def spending(self, table: Table) -> Action:
        return table.deleting(*self.address, when=Attr("secret_hash").eq(self.secret_hash))


def ask(table: Table, user: User, along: list[Action]) -> Challenge:
    """``along`` is written with it. Raises ``InvalidCredentials`` for a user who got a new password meanwhile."""
    challenge = Challenge(user.tenant_id, user.id, new_ulid(), secrets.token_urlsafe(_SECRET_BYTES))
    pk, sk = challenge.address
    item = {
        "pk": pk,
        "sk": sk,
        "entity": "challenge",
        "secret_hash": challenge.secret_hash,
        "token_version": user.token_version,
        "expires_at": epoch() + LIFETIME_SECONDS,
    }
    try:
        table.transact([table.putting(item), *along])
    except ConditionFailed:
        raise InvalidCredentials from None
    return challenge
