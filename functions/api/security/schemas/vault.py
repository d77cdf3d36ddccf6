"""Secrets as they come in, and what is told of them: never their value."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from docchain.characters import is_whole
from docchain.clock import epoch, to_iso
from docchain.encryption.ciphers import Algorithm
from docchain.vault.models import NAME_PATTERN, VALUE_BYTES_MOST, Secret, SecretKind

_STORED: dict[str, JsonValue] = {
    "name": "openai_api_key",
    "kind": "provider_key",
    "description": "of the marketing team's project",
    "algorithm": "aes256",
    "version": 2,
    "hint": "x7Qa",
    "previous_until": "2026-11-22T09:30:00.000Z",
    "created_at": "2026-10-02T11:00:00.000Z",
    "updated_at": "2026-11-21T09:30:00.000Z",
    "updated_by": "ada",
}


def _fits(value: str) -> str:
    if not is_whole(value):
        raise ValueError("holds half of a surrogate pair; send whole characters")
    if len(value.encode()) > VALUE_BYTES_MOST:
        raise ValueError(f"is larger than {VALUE_BYTES_MOST} bytes")
    return value


SecretName = Annotated[str, Field(pattern=NAME_PATTERN, description="a-z, 0-9, - and _; at most 64")]


class StoreSecret(BaseModel):
    value: Annotated[str, Field(min_length=1, max_length=VALUE_BYTES_MOST, repr=False), AfterValidator(_fits)]
    kind: SecretKind
    description: Annotated[str, Field(max_length=500)] = ""
    algorithm: Algorithm = "aes256"

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "value": "sk-proj-…",
                    "kind": "provider_key",
                    "description": "of the marketing team's project",
                    "algorithm": "aes256",
                }
            ]
        },
    )


class SecretView(BaseModel):
    """``hint`` is the end of a provider's key that is longer than 20 characters. ``previous_until``: until then
    functions still check with the value before.
    """

    name: str
    kind: SecretKind
    description: str
    algorithm: Algorithm
    version: int
    hint: str | None
    previous_until: str | None
    created_at: str
    updated_at: str
    updated_by: str

    model_config = ConfigDict(json_schema_extra={"examples": [_STORED]})

    @classmethod
    def of(cls, secret: Secret) -> "SecretView":
        return cls(**_told(secret))


class SecretUseView(SecretView):
    last_used_at: str | None = Field(description="To the hour: that is how often a use is told.")

    model_config = ConfigDict(json_schema_extra={"examples": [{**_STORED, "last_used_at": "2026-11-21T09:31:00.000Z"}]})

    @classmethod
    def used(cls, secret: Secret, told_at: int | None) -> "SecretUseView":
        return cls(**_told(secret), last_used_at=_moment(told_at))


def _told(secret: Secret) -> dict[str, Any]:
    previous = secret.previous
    until = previous.until if previous and previous.until > epoch() else None
    shown = set(SecretView.model_fields) - {"previous_until"}
    return {**secret.model_dump(include=shown), "previous_until": _moment(until)}


def _moment(seconds: int | None) -> str | None:
    return to_iso(datetime.fromtimestamp(seconds, UTC)) if seconds else None
