"""A personal value that is kept sealed: beside it a salt, and the commitment to both, which alone is hashed."""

from collections.abc import Mapping
from typing import Any, Final

from docchain.audit.hashing import commitment_to

SEALED: Final = frozenset(("value", "salt", "commitment"))


def is_as_committed(sealed: Mapping[str, Any]) -> bool:
    """What was erased has neither value nor salt, and cannot lie."""
    value, salt = sealed["value"], sealed["salt"]
    if salt is None:
        return value is None
    try:
        return salt == bytes.fromhex(salt).hex() and commitment_to(value, salt) == str(sealed["commitment"])
    except (TypeError, ValueError):
        return False
