"""A backup's key and what is sealed with it: AES-256-GCM under a key of its own, which KMS has wrapped.

Each object's name is authenticated with it, so no part can stand in for another; the manifest has a MAC of its own.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag

from docchain.encryption.ciphers import NONCE_BYTES, cipher_of
from docchain.encryption.context import Context
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.errors import CiphertextRefused
from docchain.tasks.errors import TaskRefused

ALGORITHM = "aes256"


class BackupDamaged(TaskRefused):
    def __init__(self, what: str) -> None:
        super().__init__(f"The backup is not as it was made: {what}.", code="BACKUP_DAMAGED")


@dataclass(frozen=True)
class Seal:
    key: bytes = field(repr=False)
    wrapped: str
    backup_id: str

    def close(self, name: str, data: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + cipher_of(ALGORITHM, self.key).encrypt(nonce, data, self._named(name))

    def open(self, name: str, data: bytes) -> bytes:
        """Raises ``BackupDamaged``."""
        try:
            return cipher_of(ALGORITHM, self.key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], self._named(name))
        except (InvalidTag, ValueError):
            raise BackupDamaged(name) from None

    def mac(self, data: bytes) -> str:
        own = hmac.digest(self.key, b"manifest", hashlib.sha256)
        return hmac.new(own, data, hashlib.sha256).hexdigest()

    def _named(self, name: str) -> bytes:
        return f"{self.backup_id}/{name}".encode()


def new_seal(keys: DataKeys, tenant: str, backup_id: str) -> Seal:
    key, wrapped = keys.create(ALGORITHM, _context(tenant, backup_id))
    return Seal(key, base64.b64encode(wrapped).decode(), backup_id)


def seal_of(keys: DataKeys, tenant: str, backup_id: str, wrapped: str) -> Seal:
    """Raises ``BackupDamaged`` for a key that KMS has not wrapped for this tenant and backup."""
    try:
        return Seal(keys.unwrap(ALGORITHM, base64.b64decode(wrapped), _context(tenant, backup_id)), wrapped, backup_id)
    except (CiphertextRefused, ValueError):
        raise BackupDamaged("its key") from None


def _context(tenant: str, backup_id: str) -> Context:
    return Context(tenant, "backup", backup_id, 1)
