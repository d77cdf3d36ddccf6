"""Signatures of the audit: a key of its own in KMS, so that whoever may sign tokens may not sign history."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docchain import base64url
from docchain.audit.hashing import canonical_json
from docchain.identity.signing import SigningKeys
from docchain.verify.signatures import Keys, kid_of

# KMS signs what has at most 4,096 bytes; a head of 2^40 entries has 3,400.
Signed = dict[str, Any]


@dataclass(frozen=True)
class AuditSigner:
    """``keys``: the first signs; the others signed what is older."""

    keys: SigningKeys

    @cached_property
    def public_keys(self) -> Keys:
        return {kid_of(key.public_key): key.public_key for key in self.keys.keys}

    @property
    def jwks(self) -> list[dict[str, str]]:
        """``kid`` is a hash of the key itself, which is all that an offline reader has."""
        return [{**key.jwk, "kid": kid_of(key.public_key)} for key in self.keys.keys]

    def sign(self, body: dict[str, Any]) -> Signed:
        """The body with ``key_id`` and ``signature``; its ``format`` keeps one kind from being shown as another."""
        named = {**body, "key_id": kid_of(self.keys.first.public_key)}
        return {**named, "signature": base64url.encode(self.keys.first.sign(canonical_json(named)))}
