"""The bytes that are hashed, and the hashes: only the standard library, so that anyone can compute them again.

``canonical_json``: UTF-8; keys sorted by code point; no spaces; nothing escaped but what JSON demands (``"``, the
backslash and control characters below U+0020); text as it came, without normalisation; integers in full; a float in
the shortest form that reads back as the same number (Python's ``repr``: ``1.0`` stays ``1.0``); no NaN, no infinity.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

GENESIS: Final = "0" * 64
"""What the first entry of a chain has as ``previous_hash``."""

PLAIN: Final = (
    "tenant_id",
    "seq",
    "event_id",
    "name",
    "event_type",
    "severity",
    "occurred_at",
    "recorded_at",
    "resource_type",
    "resource_id",
    "request_id",
    "source",
    "previous_hash",
)
PERSONAL: Final = ("user_id", "username", "ip_address", "user_agent", "session_id", "details")
"""Only commitments to these are hashed, so their values can be erased and the chain still holds."""

SALT_BYTES: Final = 16


def canonical_json(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def new_salt() -> str:
    return secrets.token_hex(SALT_BYTES)


def commitment_to(value: Any, salt: str) -> str:
    """SHA-256 of the salt's 16 bytes followed by the value's canonical JSON. ``salt`` is in hex."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical_json(value)).hexdigest()


def hash_entry(plain: Mapping[str, Any], commitments: Mapping[str, str]) -> str:
    """``plain`` has every field of ``PLAIN``, ``commitments`` every one of ``PERSONAL``; others are left out."""
    hashed = {field: plain[field] for field in PLAIN}
    hashed["commitments"] = {field: commitments[field] for field in PERSONAL}
    return hashlib.sha256(canonical_json(hashed)).hexdigest()
