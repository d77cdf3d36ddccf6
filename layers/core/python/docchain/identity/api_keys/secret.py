"""The text of an API key: ``dck_<tenant>.<id>.<secret>``.

The secret is 32 random bytes and a checksum over all of the key, so that a typing error is told without a look into any
table, and a scanner of leaked secrets knows one from what only looks like it. The id begins with its owner's number:
key and owner are then one read.
"""

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes
from typing import Final

from docchain.identity.api_keys.errors import InvalidApiKey
from docchain.ids import new_ulid

PREFIX: Final = "dck_"

_RANDOM_BYTES = 32
# 36 bytes are 48 characters of base64 to the bit: no padding, and one spelling only.
_ID = r"[1-9][0-9]{0,11}_[0-9A-HJKMNP-TV-Z]{26}"
_FORM = re.compile(rf"dck_([A-Za-z0-9_-]{{1,64}})\.({_ID})\.([A-Za-z0-9_-]{{48}})", re.ASCII)


@dataclass(frozen=True, repr=False)
class ApiKeySecret:
    tenant_id: str
    key_id: str
    secret: bytes

    @classmethod
    def new(cls, tenant_id: str, key_id: str) -> "ApiKeySecret":
        return cls(tenant_id, key_id, token_bytes(_RANDOM_BYTES))

    @classmethod
    def parse(cls, text: str) -> "ApiKeySecret":
        """Without asking anybody. Raises ``InvalidApiKey``."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise InvalidApiKey("form")
        tenant_id, key_id, sent = found.groups()
        read = urlsafe_b64decode(sent)
        key = cls(tenant_id, key_id, read[:_RANDOM_BYTES])
        if key._checksum() != read[_RANDOM_BYTES:]:
            raise InvalidApiKey("checksum")
        return key

    @property
    def user_id(self) -> int:
        return int(self.key_id.partition("_")[0])

    def text(self) -> str:
        """The whole key, shown once."""
        return f"{self._named()}{urlsafe_b64encode(self.secret + self._checksum()).decode()}"

    @property
    def hash(self) -> str:
        """No salt and no cost: 256 random bits cannot be searched."""
        return sha256(self.secret).hexdigest()

    def _named(self) -> str:
        return f"{PREFIX}{self.tenant_id}.{self.key_id}."

    def _checksum(self) -> bytes:
        return zlib.crc32(self._named().encode() + self.secret).to_bytes(4)


def new_key_id(user_id: int) -> str:
    return f"{user_id}_{new_ulid()}"


def owner_of(key_id: str) -> int | None:
    """``None`` for what is no id of a key."""
    return int(key_id.partition("_")[0]) if re.fullmatch(_ID, key_id, re.ASCII) else None
