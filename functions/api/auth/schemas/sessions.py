"""What logging in gives; what it takes is identity's own."""

from pydantic import BaseModel, ConfigDict

from docchain.identity import access_tokens
from docchain.identity.opening import Login


class TokenView(BaseModel):
    """``expires_in`` is the access token's, in seconds."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105  # its kind, not a token
    expires_in: int = access_tokens.LIFETIME_SECONDS
    refresh_token: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6…",
                    "token_type": "bearer",
                    "expires_in": 1800,
                    "refresh_token": "rt_default.01K…",
                }
            ]
        }
    )

    @classmethod
    def of(cls, login: Login) -> "TokenView":
        return cls(access_token=login.access_token, refresh_token=login.refresh_token)
