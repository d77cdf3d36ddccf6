"""The two authenticated ciphers that fields are encrypted with, both by a key of 256 bits and a nonce of 96."""

from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

Algorithm = Literal["aes256", "rsa2048", "rsa4096", "chacha20"]
"""``rsa2048`` and ``rsa4096`` are hybrid: that key wraps the key of an AES-256-GCM."""

ALGORITHMS: Final[tuple[str, ...]] = get_args(Algorithm)
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
"""Random: each key encrypts one value, so none can come twice."""


def cipher_of(algorithm: str, key: bytes) -> "AESGCM | ChaCha20Poly1305":
    from cryptography.hazmat.primitives.ciphers import aead

    return aead.ChaCha20Poly1305(key) if algorithm == "chacha20" else aead.AESGCM(key)
