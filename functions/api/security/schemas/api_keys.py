"""API keys as they are asked for and shown: the secret once, in the answer that made it."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from docchain.clock import epoch, to_iso
from docchain.identity.api_keys.issue import OVERLAP_HOURS_MOST, IssuedKey
from docchain.identity.api_keys.models import ApiKey

_KEY: dict[str, JsonValue] = {
    "api_key_id": "7_01JD5C3V8Q4W2N6T0R9XKZ5MBA",
    "name": "nightly import",
    "permissions": ["workflows:write"],
    "allowed_addresses": ["203.0.113.0/24"],
    "expires_at": "2027-02-19T09:30:00.000Z",
    "created_at": "2026-11-21T09:30:00.000Z",
    "rotated_at": None,
    "previous_secret_until": None,
    "last_used_at": "2026-11-21T09:31:00.000Z",
    "last_used_ip": "203.0.113.7",
}
_SHOWN = "Keep it now: it is shown this once."
_NOT_AGAIN = (
    "The key was shown in the first answer to this Idempotency-Key, and is not shown again: rotate it for another."
)


class ApiKeyView(BaseModel):
    """``last_used_at`` is moved at most once a minute."""

    api_key_id: str
    name: str
    permissions: list[str]
    allowed_addresses: list[str]
    expires_at: str | None
    created_at: str
    rotated_at: str | None
    previous_secret_until: str | None
    last_used_at: str | None
    last_used_ip: str | None

    model_config = ConfigDict(json_schema_extra={"examples": [_KEY]})

    @classmethod
    def of(cls, key: ApiKey) -> "ApiKeyView":
        overlaps = key.previous_until if key.previous_until and key.previous_until > epoch() else None
        return cls(
            api_key_id=key.id,
            name=key.name,
            permissions=list(key.permissions),
            allowed_addresses=list(key.allowed_addresses),
            expires_at=_moment(key.expires_at),
            created_at=key.created_at,
            rotated_at=key.rotated_at,
            previous_secret_until=_moment(overlaps),
            last_used_at=key.last_used_at,
            last_used_ip=key.last_used_ip,
        )


class ApiKeysView(BaseModel):
    api_keys: list[ApiKeyView]

    model_config = ConfigDict(json_schema_extra={"examples": [{"api_keys": [_KEY]}]})


class IssuedKeyView(ApiKeyView):
    api_key: str | None = Field(description="The whole key; null when the same Idempotency-Key has shown it before.")
    message: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_KEY, "api_key": "dck_default.7_01JD5C3V8Q4W…", "message": _SHOWN}]}
    )

    @classmethod
    def issued(cls, issued: IssuedKey) -> "IssuedKeyView":
        view = ApiKeyView.of(issued.key)
        return cls(**view.model_dump(), api_key=issued.text, message=_SHOWN if issued.text else _NOT_AGAIN)


class RotateApiKey(BaseModel):
    overlap_hours: Annotated[int, Field(ge=0, le=OVERLAP_HOURS_MOST)] = 24
    """How long the secret before goes on working; 0 ends it at once."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"overlap_hours": 24}]})


def _moment(seconds: int | None) -> str | None:
    return to_iso(datetime.fromtimestamp(seconds, UTC)) if seconds else None
