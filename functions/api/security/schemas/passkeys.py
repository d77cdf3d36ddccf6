"""What the rooms of passkeys take and give. ``options`` and ``credential`` have the form that browsers speak (JSON)."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from docchain.identity.passkey_registration import Begun
from docchain.identity.requests import Password
from docchain.storage.items import Item

# One with a long attestation has about five kilobytes.
_CREDENTIAL_MOST = 16_384


def _small(credential: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(credential)) > _CREDENTIAL_MOST:
        raise ValueError(f"has more than {_CREDENTIAL_MOST} characters")
    return credential


Credential = Annotated[dict[str, Any], AfterValidator(_small), Field(repr=False)]
CeremonyId = Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")]


class BeginRegistration(BaseModel):
    password: Password

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"password": "Engine-1843"}]})


class CeremonyView(BaseModel):
    """``options`` are for ``navigator.credentials.create`` or ``.get``; ``ceremony_id`` comes back with the answer."""

    ceremony_id: str
    options: dict[str, Any]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ceremony_id": "01KAJ4T3V0Q9Z6W8Y2N5R7M1XC",
                    "options": {"challenge": "q1w2…", "rpId": "localhost", "userVerification": "required"},
                }
            ]
        }
    )

    @classmethod
    def of(cls, begun: Begun) -> "CeremonyView":
        return cls(ceremony_id=begun.ceremony_id, options=begun.options)


class FinishRegistration(BaseModel):
    ceremony_id: CeremonyId
    name: Annotated[str, Field(min_length=1, max_length=64)] = "Passkey"
    credential: Credential

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "ceremony_id": "01KAJ4T3V0Q9Z6W8Y2N5R7M1XC",
                    "name": "Laptop",
                    "credential": {"id": "…", "rawId": "…", "type": "public-key", "response": {}},
                }
            ]
        },
    )


class FinishLogin(BaseModel):
    ceremony_id: CeremonyId
    credential: Credential

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "ceremony_id": "01KAJ4T3V0Q9Z6W8Y2N5R7M1XC",
                    "credential": {"id": "…", "rawId": "…", "type": "public-key", "response": {}},
                }
            ]
        },
    )


class PasskeyIdView(BaseModel):
    id: str
    message: str = "The passkey is registered"

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "9f86d081…", "message": "The passkey is registered"}]}
    )


class PasskeyView(BaseModel):
    """``synced``: whether it may live on several devices."""

    id: str
    name: str
    created_at: str
    last_used_at: str | None = None
    synced: bool

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "9f86d081…",
                    "name": "Laptop",
                    "created_at": "2026-11-21T09:30:00.000Z",
                    "last_used_at": None,
                    "synced": False,
                }
            ]
        }
    )

    @classmethod
    def of(cls, item: Item) -> "PasskeyView":
        return cls.model_validate(item)
