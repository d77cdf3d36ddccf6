"""What a login answers to whoever owes a second factor; both doors of the login say it alike."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from docchain.identity.challenges import LIFETIME_SECONDS, Challenge


class MfaRequiredView(BaseModel):
    """No tokens yet: ``POST /api/v3/security/auth/mfa`` takes ``challenge_id`` and a code, ``expires_in`` long."""

    mfa_required: Literal[True] = True
    challenge_id: str
    expires_in: int = LIFETIME_SECONDS
    methods: list[str] = ["totp", "recovery_code"]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mfa_required": True,
                    "challenge_id": "mfa_default.1.01K…",
                    "expires_in": 300,
                    "methods": ["totp", "recovery_code"],
                }
            ]
        }
    )

    @classmethod
    def of(cls, challenge: Challenge) -> "MfaRequiredView":
        return cls(challenge_id=challenge.text())
