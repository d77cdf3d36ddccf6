"""Seals a text for one place and opens it there again."""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag

from docchain.encryption.ciphers import ALGORITHMS, KEY_BYTES, NONCE_BYTES, Algorithm, cipher_of
from docchain.encryption.context import Context
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.errors import CiphertextRefused
from docchain.encryption.sealed import Sealed, parse_sealed


@dataclass(frozen=True)
class FieldEncryption:
    """One call of KMS to seal, one to open."""

    keys: DataKeys

    def seal(self, value: str, context: Context, algorithm: Algorithm = "aes256") -> str:
        """Raises ``AlgorithmNotConfigured``."""
        key, wrapped = self.keys.create(algorithm, context)
        nonce = os.urandom(NONCE_BYTES)
        data = cipher_of(algorithm, key).encrypt(nonce, value.encode(), context.authenticated(algorithm))
        return str(Sealed(algorithm, self.keys.key_for(algorithm), wrapped, nonce, data))

    def open(self, text: str, context: Context) -> str:
        """Raises ``CiphertextRefused`` for what was altered or belongs elsewhere."""
        sealed = parse_sealed(text)
        if sealed.algorithm not in ALGORITHMS or len(sealed.nonce) != NONCE_BYTES:
            raise CiphertextRefused
        key = self.keys.unwrap(sealed.algorithm, sealed.wrapped, context)
        if len(key) != KEY_BYTES:
            raise CiphertextRefused
        try:
            plain = cipher_of(sealed.algorithm, key).decrypt(
                sealed.nonce, sealed.data, context.authenticated(sealed.algorithm)
            )
        except InvalidTag:
            raise CiphertextRefused from None
        return plain.decode()
