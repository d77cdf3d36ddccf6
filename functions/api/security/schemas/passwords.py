"""What routes of passwords take and give."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, EmailStr, Field

from docchain.identity.requests import Password
from docchain.identity.strength import Strength, Word

LinkToken = Annotated[str, Field(min_length=1, max_length=256, repr=False)]
_Text = Annotated[str, Field(max_length=254)]


class ChangePassword(BaseModel):
    current_password: Password
    new_password: Password

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"current_password": "Engine-1843", "new_password": "Tulip-Garnet-7"}]},
    )


class AskForReset(BaseModel):
    email: EmailStr

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"email": "ada@example.com"}]})


class ConfirmReset(BaseModel):
    token: LinkToken
    new_password: Password

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"token": "rs_default.reset-1.q3…", "new_password": "Tulip-Garnet-7"}]},
    )


class JudgePassword(BaseModel):
    """``username``, ``email`` and ``full_name`` are looked for inside the password."""

    password: Annotated[str | None, Field(max_length=1024, repr=False)] = None
    username: _Text | None = None
    email: _Text | None = None
    full_name: _Text | None = None

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"password": "Engine-1843", "username": "ada"}]}
    )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.username, self.email, self.full_name)))


class StrengthView(BaseModel):
    """``score`` is 0 to 5: weak up to 2, medium 3, strong 4, very strong 5. ``valid``: it may be set."""

    valid: bool
    strength: Word
    score: int
    issues: list[str]
    recommendations: list[str]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "valid": False,
                    "strength": "weak",
                    "score": 2,
                    "issues": ["is easy to guess: it is a common word or password"],
                    "recommendations": ["Use 12 characters or more; length helps most."],
                }
            ]
        }
    )

    @classmethod
    def of(cls, judged: Strength) -> "StrengthView":
        return cls.model_validate(judged, from_attributes=True)
