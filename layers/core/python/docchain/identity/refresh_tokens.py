"""Refresh tokens: ``rt_<tenant>.<session>.<family>.<secret>``, of which we keep only hashes.

The family stays as long as the session, the secret is good for one use. Who brings the right family with a used secret
has held a real token: it was copied. Who brings a wrong family is guessing, and must not be able to end a session.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Final

from docchain.identity.errors import InvalidRefreshToken
from docchain.identity.models import Session

LIFETIME_SECONDS: Final = 7 * 24 * 3600

_SECRET_BYTES = 32
_PART = r"[A-Za-z0-9_-]{43}"
_FORM = re.compile(rf"rt_([A-Za-z0-9_]{{1,64}})\.([0-9A-Z]{{26}})\.({_PART})\.({_PART})", re.ASCII)


@dataclass(frozen=True, repr=False)
class RefreshToken:
    tenant_id: str
    session_id: str
    family: str
    secret: str

    @classmethod
    def new(cls, tenant_id: str, session_id: str) -> "RefreshToken":
        return cls(tenant_id, session_id, _random(), _random())

    def successor(self) -> "RefreshToken":
        return replace(self, secret=_random())

    @classmethod
    def parse(cls, text: str) -> "RefreshToken":
        """Raises ``InvalidRefreshToken``."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise InvalidRefreshToken
        return cls(*found.groups())

    def text(self) -> str:
        return f"rt_{self.tenant_id}.{self.session_id}.{self.family}.{self.secret}"

    @property
    def family_hash(self) -> str:
        return _hash(self.family)

    @property
    def refresh_hash(self) -> str:
        return _hash(self.secret)

    def is_of(self, session: Session) -> bool:
        return compare_digest(self.family_hash, session.family_hash)

    def is_current_in(self, session: Session) -> bool:
        return compare_digest(self.refresh_hash, session.refresh_hash)


def _random() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


def _hash(secret: str) -> str:
    """No salt and no cost: 256 random bits cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()
