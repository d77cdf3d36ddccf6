"""What an API key is, as it is kept: everything but the secret."""

from hmac import compare_digest

from pydantic import BaseModel, ConfigDict

from docchain.clock import epoch
from docchain.ids import TenantId, UserId


class ApiKey(BaseModel):
    """``previous_hash`` is the secret before the last rotation, good until ``previous_until`` (epoch seconds).

    ``expires_at`` is epoch seconds, as DynamoDB's TTL wants it; ``None`` for a key that stays. ``seen_on`` says of each
    address on which day it was seen last.
    """

    model_config = ConfigDict(frozen=True)

    tenant_id: TenantId
    id: str
    user_id: UserId
    name: str
    permissions: tuple[str, ...]
    allowed_addresses: tuple[str, ...] = ()
    secret_hash: str
    previous_hash: str | None = None
    previous_until: int | None = None
    created_at: str
    expires_at: int | None = None
    rotated_at: str | None = None
    last_used_at: str | None = None
    last_used_ip: str | None = None
    seen_on: dict[str, str] = {}

    @property
    def has_expired(self) -> bool:
        """TTL deletes late, so an expired key may still be read."""
        return self.expires_at is not None and self.expires_at <= epoch()

    def knows(self, secret_hash: str) -> bool:
        """Whether this is its secret, or the one before while both work."""
        current = compare_digest(self.secret_hash, secret_hash)
        overlaps = self.previous_hash is not None and (self.previous_until or 0) > epoch()
        return current or (overlaps and compare_digest(self.previous_hash or "", secret_hash))
