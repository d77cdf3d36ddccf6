"""Recovery codes: ten that are shown once, each good for one use when the authenticator is lost."""

import base64
import hashlib
import re
import secrets
from typing import Final

COUNT: Final = 10

_RANDOM_BYTES = 10
_GROUP = 4
_FORM = re.compile(r"[A-Z2-7]{16}", re.ASCII)
_SEPARATORS = str.maketrans("", "", "- ")


def new_codes() -> list[str]:
    """``XXXX-XXXX-XXXX-XXXX``, 80 random bits each."""
    return [_spaced(base64.b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode()) for _ in range(COUNT)]


def hash_of(tenant_id: str, user_id: int, code: str) -> str | None:
    """Of a code in any spelling; ``None`` for what is none. No cost: 80 random bits cannot be searched."""
    plain = code.translate(_SEPARATORS).upper()
    if not _FORM.fullmatch(plain):
        return None
    return hashlib.sha256(f"{tenant_id}:{user_id}:{plain}".encode()).hexdigest()


def _spaced(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
