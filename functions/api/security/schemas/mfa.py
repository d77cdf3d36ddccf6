"""What the rooms of the second factor take and give."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from docchain.identity.mfa_enrolment import PENDING_SECONDS, Enrolment
from docchain.identity.mfa_factors import ACTIVE, Factors
from docchain.identity.requests import Password
from docchain.identity.step_up import FRESH_SECONDS

# Six digits, or a recovery code of sixteen letters and digits; both may be spaced.
Code = Annotated[str, Field(min_length=6, max_length=32, repr=False)]


class EnrolmentView(BaseModel):
    """Shown once. ``qr_code`` is a picture as a ``data:`` address, made here: the secret goes to nobody else."""

    secret: str
    otpauth_uri: str
    qr_code: str
    expires_in: int = PENDING_SECONDS

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                    "otpauth_uri": "otpauth://totp/Document%20Workflow%20Chain:ada%40example.com?secret=…&issuer=…",
                    "qr_code": "data:image/svg+xml;utf8,…",
                    "expires_in": 900,
                }
            ]
        }
    )

    @classmethod
    def of(cls, enrolment: Enrolment) -> "EnrolmentView":
        import segno

        picture = segno.make(enrolment.otpauth_uri, error="m", micro=False).svg_data_uri(scale=4)
        return cls(secret=enrolment.secret, otpauth_uri=enrolment.otpauth_uri, qr_code=picture)


class ProveFactor(BaseModel):
    code: Code

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"code": "492039"}]})


class DisableMfa(BaseModel):
    """``code`` is one of the authenticator or a recovery code."""

    code: Code
    password: Password

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"code": "492039", "password": "Engine-1843"}]}
    )


class AnswerChallenge(BaseModel):
    challenge_id: Annotated[str, Field(min_length=1, max_length=256, repr=False)]
    code: Code

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"challenge_id": "mfa_default.1.01K…", "code": "492039"}]}
    )


class RecoveryCodesView(BaseModel):
    """Shown once; each is good for one use when the authenticator is lost."""

    recovery_codes: list[str]
    message: str = "The second factor is active. Keep the recovery codes where you keep passwords."

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"recovery_codes": ["K7QW-3ZPA-52MD-LR6X"], "message": "The second factor is active. …"}]
        }
    )


class StepUpView(BaseModel):
    """For ``expires_in`` seconds this session may do what is dangerous."""

    method: str
    expires_in: int = FRESH_SECONDS
    message: str = "Proved"

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"method": "totp", "expires_in": 900, "message": "Proved"}]}
    )


class MfaView(BaseModel):
    enabled: bool
    methods: list[str]
    enabled_at: str | None = None
    recovery_codes_left: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "enabled": True,
                    "methods": ["totp", "recovery_code"],
                    "enabled_at": "2026-11-21T09:30:00.000Z",
                    "recovery_codes_left": 9,
                }
            ]
        }
    )

    @classmethod
    def of(cls, factors: Factors) -> "MfaView":
        active = factors.totp is not None and factors.totp["status"] == ACTIVE
        left = factors.recovery_codes_left if active else 0
        return cls(
            enabled=factors.user.mfa_enabled,
            methods=[*(["totp"] if active else []), *(["recovery_code"] if left else [])],
            enabled_at=factors.totp["activated_at"] if factors.totp and active else None,
            recovery_codes_left=left,
        )
