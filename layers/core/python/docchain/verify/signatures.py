"""ES256 signatures over canonical JSON, and the public keys that check them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docchain import base64url
from docchain.audit.hashing import canonical_json
from docchain.verify.faults import Unreadable
from docchain.verify.reading import require, require_list

SIGNATURE_BYTES: Final = 64
_JWK = ("kty", "crv", "use", "alg", "kid", "x", "y")
_FIXED = {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256"}

Keys = Mapping[str, EllipticCurvePublicKey]
"""By key id, which is a hash of the key itself."""


def read_keys(keys: Any) -> dict[str, EllipticCurvePublicKey]:
    read = [read_key(jwk) for jwk in require_list(keys, "keys")]
    return {kid_of(key): key for key in read}


def read_key(jwk: Any) -> EllipticCurvePublicKey:
    """Raises ``Unreadable`` for any other kind of key, or one whose ``kid`` is not its hash."""
    found = require(jwk, _JWK, "a key")
    if any(found[name] != value for name, value in _FIXED.items()):
        raise Unreadable("a key is not for ES256 signatures on P-256")
    x, y = (int.from_bytes(unbase64(found[name], "a coordinate of a key")) for name in ("x", "y"))
    try:
        key = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    except ValueError:
        raise Unreadable("a key is no point on P-256") from None
    if found["kid"] != kid_of(key):
        raise Unreadable(f"the key {found['kid']} is another than its id says")
    return key


def kid_of(key: EllipticCurvePublicKey) -> str:
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]


def signature_is_good(signed: Mapping[str, Any], keys: Keys) -> bool:
    """``signed`` has ``key_id`` and ``signature``; all but the signature is what was signed."""
    key, text = keys.get(str(signed.get("key_id"))), signed.get("signature")
    if key is None or not isinstance(text, str):
        return False
    try:
        signature = unbase64(text, "a signature")
    except Unreadable:
        return False
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key.verify(encode_dss_signature(r, s), signed_bytes(signed), ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def signed_bytes(signed: Mapping[str, Any]) -> bytes:
    return canonical_json({k: v for k, v in signed.items() if k != "signature"})


def unbase64(text: Any, what: str) -> bytes:
    """Only the one spelling: base64 has unused bits, which would let a flipped one pass."""
    try:
        data = base64url.decode(text)
    except (TypeError, ValueError):
        raise Unreadable(f"{what} is not base64url") from None
    if base64url.encode(data) != text:
        raise Unreadable(f"{what} is not base64url")
    return data
