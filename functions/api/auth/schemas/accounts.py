"""One's own account, and others' as administrators and moderators see them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from docchain.auth.permissions import ROLES, SCOPES_OF_ROLE
from docchain.identity.models import User

Role = Literal["admin", "moderator", "user", "guest"]
Roles = Annotated[list[Role], Field(min_length=1, max_length=len(ROLES))]
UsernamePrefix = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_.-]{1,64}$")]

_ADA: dict[str, JsonValue] = {
    "id": 1,
    "username": "ada",
    "email": "ada@example.com",
    "full_name": "Ada Lovelace",
    "is_active": True,
    "created_at": "2026-11-21T09:30:00.000Z",
}


class AccountView(BaseModel):
    id: int
    username: str
    email: str
    full_name: str | None = None
    is_active: bool
    created_at: str

    model_config = ConfigDict(json_schema_extra={"examples": [_ADA]})

    @classmethod
    def of(cls, user: User) -> "AccountView":
        return cls.model_validate(user, from_attributes=True)


class UserView(AccountView):
    roles: list[str]
    mfa_enabled: bool
    last_login_at: str | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_ADA,
                    "roles": ["admin", "user"],
                    "mfa_enabled": True,
                    "last_login_at": "2026-11-21T09:31:00.000Z",
                }
            ]
        }
    )

    @classmethod
    def of(cls, user: User) -> "UserView":
        return cls.model_validate({**user.model_dump(), "roles": list(user.roles)})


class SetRoles(BaseModel):
    roles: Roles

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"roles": ["moderator", "user"]}]})

    @property
    def in_order(self) -> tuple[str, ...]:
        """Each once, in the order of the table: the same roles are the same value."""
        return tuple(role for role in ROLES if role in self.roles)


class RoleView(BaseModel):
    name: str
    scopes: list[str]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "guest", "scopes": ["workflows:read", "ws:read"]}]}
    )

    @classmethod
    def every(cls) -> list["RoleView"]:
        return [cls(name=role, scopes=sorted(SCOPES_OF_ROLE[role])) for role in ROLES]


class Message(BaseModel):
    message: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "Done"}]})
