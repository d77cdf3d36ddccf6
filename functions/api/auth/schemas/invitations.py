"""Invitations as administrators send and see them. The token is in the answer once, when the link was asked for."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, EmailStr, Field

from docchain.auth.permissions import ROLES
from docchain.clock import to_iso
from docchain.identity.invitations import Invitation
from functions.api.auth.schemas.accounts import Roles


class Invite(BaseModel):
    email: EmailStr
    roles: Roles = ["user"]

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"email": "grace@example.com", "roles": ["user"]}]}
    )

    @property
    def roles_in_order(self) -> tuple[str, ...]:
        return tuple(role for role in ROLES if role in self.roles)


class InvitationView(BaseModel):
    id: str
    email: str
    roles: list[str]
    invited_by: str
    created_at: str
    expires_at: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01K5N3Z7W8Q4M2X6V0R1T9Y5BC",
                    "email": "grace@example.com",
                    "roles": ["user"],
                    "invited_by": "ada",
                    "created_at": "2026-11-21T09:30:00.000Z",
                    "expires_at": "2026-11-28T09:30:00.000Z",
                }
            ]
        }
    )

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationView":
        return cls(
            id=invitation.id,
            email=invitation.email,
            roles=list(invitation.roles),
            invited_by=invitation.invited_by,
            created_at=invitation.created_at,
            expires_at=to_iso(datetime.fromtimestamp(invitation.expires_at, UTC)),
        )


class InvitedView(InvitationView):
    token: Annotated[
        str | None, Field(description="With ?deliver=link, and this once: hand it over for /auth/invitations/accept.")
    ] = None

    @classmethod
    def with_token(cls, invitation: Invitation, token: str | None) -> "InvitedView":
        return cls(**InvitationView.of(invitation).model_dump(), token=token)
