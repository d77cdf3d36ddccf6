"""The last look at what an event says before it is kept for good: no secret stays, and all of it can be hashed.

Events say no secrets where they are made; this is for the one that slipped through, because a chain forgets nothing.
"""

import math
from typing import Any, Final

from docchain.characters import made_whole

MASK: Final = "***"
SECRET_NAMES: Final = frozenset(
    {
        "password",
        "new_password",
        "current_password",
        "password_hash",
        "secret",
        "totp_secret",
        "client_secret",
        "token",
        "access_token",
        "refresh_token",
        "id_token",
        "api_key",
        "private_key",
        "authorization",
        "cookie",
        "recovery_codes",
    }
)


def as_kept(value: Any) -> Any:
    """Half a surrogate pair and numbers that are none have no canonical JSON: they become text that says so."""
    match value:
        case dict():
            return {made_whole(str(k)): MASK if _is_secret(k, v) else as_kept(v) for k, v in value.items()}
        case list() | tuple():
            return [as_kept(v) for v in value]
        case str():
            return made_whole(value)
        case float() if not math.isfinite(value):
            return str(value)
    return value


def _is_secret(name: object, value: Any) -> bool:
    """``secret: true`` tells that there is one, and nothing of it."""
    return str(name).lower() in SECRET_NAMES and value is not None and not isinstance(value, bool)
