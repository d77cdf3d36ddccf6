"""Signing keys: they live in KMS, which alone can sign; a public half is fetched once per process, when it is needed.

There may be several: the first signs, each verifies what it signed. A key's name in tokens (``kid``) is made of its id
in KMS, so that a name that is not ours is refused before anything is fetched.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from docchain import base64url

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

ALGORITHM = "ES256"
_COORDINATE_BYTES = 32
_KEY_ID_LENGTH = 16


class WrongKindOfKey(TypeError):
    """The stage's key is not on the curve P-256; nothing here can repair that."""


@dataclass(frozen=True)
class SigningKey:
    """``key_id`` is the id or ARN in KMS."""

    kms: "KMSClient" = field(repr=False)
    key_id: str

    @cached_property
    def _der(self) -> bytes:
        return self.kms.get_public_key(KeyId=self.key_id)["PublicKey"]

    @cached_property
    def public_key(self) -> EllipticCurvePublicKey:
        key = load_der_public_key(self._der)
        if not isinstance(key, EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise WrongKindOfKey("the signing key must be of the spec ECC_NIST_P256")
        return key

    @cached_property
    def kid(self) -> str:
        return hashlib.sha256(self.key_id.encode()).hexdigest()[:_KEY_ID_LENGTH]

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.public_key.public_numbers()
        point = {"x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
        return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": ALGORITHM, "kid": self.kid, **point}

    def sign(self, message: bytes) -> bytes:
        """``r || s``, as JWS has it; KMS answers DER. ``message`` may have 4,096 bytes."""
        answer = self.kms.sign(KeyId=self.key_id, Message=message, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256")
        r, s = decode_dss_signature(answer["Signature"])
        return r.to_bytes(_COORDINATE_BYTES) + s.to_bytes(_COORDINATE_BYTES)


@dataclass(frozen=True)
class SigningKeys:
    """Those of a stage, newest first."""

    keys: tuple[SigningKey, ...]

    @property
    def first(self) -> SigningKey:
        return self.keys[0]

    @property
    def jwks(self) -> list[dict[str, str]]:
        return [key.jwk for key in self.keys]


def signing_keys(kms: "KMSClient", key_ids: str) -> SigningKeys:
    """``key_ids`` are ids or ARNs in KMS, the signing one first, comma-joined as a stage's setting has them."""
    ids = [key_id.strip() for key_id in key_ids.split(",")]
    if not all(ids):
        raise WrongKindOfKey("the stage names no signing key, or an empty one")
    return SigningKeys(tuple(SigningKey(kms, key_id) for key_id in ids))


def _coordinate(number: int) -> str:
    return base64url.encode(number.to_bytes(_COORDINATE_BYTES))
