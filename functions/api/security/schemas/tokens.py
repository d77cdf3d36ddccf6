"""What the security group takes beside identity's own, and what it gives."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from docchain.identity import access_tokens
from docchain.identity.models import User
from docchain.identity.opening import Login
from docchain.identity.password_age import has_expired, password_expires_at
from docchain.identity.policies import PasswordPolicy

RefreshTokenText = Annotated[str, Field(min_length=1, max_length=4096)]


class RenewTokens(BaseModel):
    refresh_token: RefreshTokenText | None = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"refresh_token": "rt_default.01K…"}]})


class Message(BaseModel):
    message: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "Logged out"}]})


class TokenPairView(BaseModel):
    """``expires_in`` is the access token's, in seconds. A refresh token is good for one use within seven days."""

    access_token: str
    refresh_token: str
    token_type: str = "bearer"  # noqa: S105  # its kind, not a token
    expires_in: int = access_tokens.LIFETIME_SECONDS

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6…",
                    "refresh_token": "rt_default.01K…",
                    "token_type": "bearer",
                    "expires_in": 1800,
                }
            ]
        }
    )

    @classmethod
    def of(cls, login: Login) -> "TokenPairView":
        return cls(access_token=login.access_token, refresh_token=login.refresh_token)


class LoginView(TokenPairView):
    user_id: int
    username: str
    roles: list[str]
    password_expires_at: str | None = None
    password_expired: bool = False

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6…",
                    "refresh_token": "rt_default.01K…",
                    "token_type": "bearer",
                    "expires_in": 1800,
                    "user_id": 1,
                    "username": "admin",
                    "roles": ["admin", "user"],
                    "password_expires_at": "2027-02-19T09:30:00.000Z",
                    "password_expired": False,
                }
            ]
        }
    )

    @classmethod
    def of(cls, login: Login) -> "LoginView":
        return cls(
            access_token=login.access_token,
            refresh_token=login.refresh_token,
            user_id=login.user.id,
            username=login.user.username,
            roles=list(login.user.roles),
            password_expires_at=login.password_expires_at,
            password_expired=has_expired(login.password_expires_at),
        )


class RegisteredView(BaseModel):
    user_id: int
    username: str
    email: str
    message: str = "Registered; log in to begin."

    @classmethod
    def of(cls, user: User) -> "RegisteredView":
        return cls(user_id=user.id, username=user.username, email=user.email)


class ProfileView(BaseModel):
    user_id: int
    username: str
    email: str
    full_name: str | None = None
    roles: list[str]
    created_at: str
    last_login: str | None = None
    is_active: bool
    password_expires_at: str | None = None
    password_expired: bool = False

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "user_id": 1,
                    "username": "ada",
                    "email": "ada@example.com",
                    "full_name": "Ada Lovelace",
                    "roles": ["admin", "user"],
                    "created_at": "2026-11-21T09:30:00.000Z",
                    "last_login": "2026-11-21T09:31:00.000Z",
                    "is_active": True,
                    "password_expires_at": "2027-02-19T09:30:00.000Z",
                    "password_expired": False,
                }
            ]
        }
    )

    @classmethod
    def of(cls, user: User, policy: PasswordPolicy) -> "ProfileView":
        expires_at = password_expires_at(user, policy)
        return cls(
            user_id=user.id,
            username=user.username,
            email=user.email,
            full_name=user.full_name,
            roles=list(user.roles),
            created_at=user.created_at,
            last_login=user.last_login_at,
            is_active=user.is_active,
            password_expires_at=expires_at,
            password_expired=has_expired(expires_at),
        )


class JsonWebKey(BaseModel):
    kty: str
    crv: str
    use: str
    alg: str
    kid: str
    x: str
    y: str


class JsonWebKeySet(BaseModel):
    keys: list[JsonWebKey]
