"""A secret as it is kept: what may be told of it, and its sealed values."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.encryption.ciphers import Algorithm
from docchain.encryption.context import Context

SecretKind = Literal["provider_key", "webhook_secret", "password", "other"]

NAME_PATTERN: Final = r"^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$"
VALUE_BYTES_MOST: Final = 16 * 1024
OVERLAP_SECONDS: Final = 24 * 3600
"""How long the value before the last change is kept: what was signed with it can still be checked."""
PURPOSE: Final = "vault"
# Four characters of a long random key tell people which one it is, and a guesser nothing.
_HINT_CHARACTERS: Final = 4
_HINTED_FROM: Final = 21


class Previous(BaseModel):
    """``until`` in seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    version: int
    sealed: str = Field(repr=False)
    until: int


class Secret(BaseModel):
    model_config = ConfigDict(frozen=True)

    tenant_id: str
    name: str
    kind: SecretKind
    description: str = ""
    algorithm: Algorithm
    version: int
    sealed: str = Field(repr=False)
    hint: str | None = None
    previous: Previous | None = None
    created_at: str
    updated_at: str
    updated_by: str

    def told(self) -> dict[str, Any]:
        """What events may say."""
        return {"kind": self.kind, "algorithm": self.algorithm, "version": self.version}


def context_of(tenant_id: str, name: str, version: int) -> Context:
    return Context(tenant=tenant_id, purpose=PURPOSE, name=name, version=version)


def hint_of(kind: SecretKind, value: str) -> str | None:
    return value[-_HINT_CHARACTERS:] if kind == "provider_key" and len(value) >= _HINTED_FROM else None
