"""Passwords: argon2id with the stage's costs, and no difference in time between a wrong one and nobody's."""

import base64
import secrets
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_HASH_BYTES = 32
_SALT_BYTES = 16
_ARGON2_VERSION = 19


@dataclass(frozen=True)
class Passwords:
    time_cost: int
    memory_kib: int
    parallelism: int

    def hash(self, password: str) -> str:
        return self._hasher.hash(_normal(password))

    def matches(self, password_hash: str | None, password: str) -> bool:
        """``None`` is nobody's password: it costs as much as a wrong one."""
        try:
            return self._hasher.verify(password_hash or self._decoy, _normal(password))
        except VerifyMismatchError:
            return False

    def outdated(self, password_hash: str) -> bool:
        """Whether it was made with other costs than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(
            time_cost=self.time_cost,
            memory_cost=self.memory_kib,
            parallelism=self.parallelism,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
        )

    @cached_property
    def _decoy(self) -> str:
        """A well-formed hash that no password has: random bytes, so making it costs nothing."""
        salt, digest = (_base64(secrets.token_bytes(size)) for size in (_SALT_BYTES, _HASH_BYTES))
        costs = f"m={self.memory_kib},t={self.time_cost},p={self.parallelism}"
        return f"$argon2id$v={_ARGON2_VERSION}${costs}${salt}${digest}"


def _normal(password: str) -> str:
    """The same characters typed on another system may arrive in another normal form."""
    return unicodedata.normalize("NFKC", password)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
