"""What a user and a session are."""

from pydantic import BaseModel, ConfigDict

from docchain.auth.permissions import ADMIN
from docchain.clock import epoch, from_iso
from docchain.ids import TenantId, UserId


class User(BaseModel):
    """``token_version`` counts up when every token given out before must stop working: a new password, a ban."""

    model_config = ConfigDict(frozen=True)

    tenant_id: TenantId
    id: UserId
    username: str
    email: str
    email_changed_at: str | None = None
    """``None``: it is still the one of ``created_at``, or was changed before this was noted."""
    full_name: str | None = None
    password_hash: str
    password_changed_at: str | None = None
    """``None``: it is still the one of ``created_at``."""
    roles: tuple[str, ...]
    is_active: bool = True
    token_version: int = 1
    mfa_enabled: bool = False
    created_at: str
    last_login_at: str | None = None
    deleted_at: str | None = None
    """Of a deleted user only the number is left, which documents and the audit name."""

    @property
    def is_active_admin(self) -> bool:
        return self.is_active and ADMIN in self.roles


class Session(BaseModel):
    """One login on one device. ``family_hash`` stays, ``refresh_hash`` changes with each refresh token given out.

    ``expires_at`` is epoch seconds, as DynamoDB's TTL wants it.
    """

    model_config = ConfigDict(frozen=True)

    tenant_id: TenantId
    id: str
    user_id: UserId
    token_version: int
    family_hash: str
    refresh_hash: str
    ip: str
    user_agent: str
    created_at: str
    last_seen_at: str
    expires_at: int
    mfa_at: int | None = None
    """Epoch seconds of the last second factor that was proved in this session."""
    revoked_at: str | None = None
    revoked_reason: str | None = None

    def speaks_for(self, user: User) -> bool:
        """TTL deletes late, so an expired session may still be read."""
        return (
            self.is_open()
            and (self.tenant_id, self.user_id) == (user.tenant_id, user.id)
            and self.token_version == user.token_version
            and user.is_active
        )

    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > epoch()

    def seconds_idle(self) -> float:
        return epoch() - from_iso(self.last_seen_at).timestamp()

    def idled_out(self, timeout_minutes: int) -> bool:
        return self.seconds_idle() > timeout_minutes * 60


class Origin(BaseModel):
    """Where a call came from, as the gateway saw it."""

    model_config = ConfigDict(frozen=True)

    ip: str = ""
    user_agent: str = ""
