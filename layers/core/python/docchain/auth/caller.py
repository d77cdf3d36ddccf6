"""The caller of a request, as the authorizer established it."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from docchain.ids import TenantId, UserId


class Caller(BaseModel):
    model_config = ConfigDict(frozen=True)

    tenant_id: TenantId
    user_id: UserId
    username: str
    roles: frozenset[str]
    scopes: frozenset[str]
    session_id: str
    """Empty when an API key was sent."""
    api_key_id: str = ""
    rate_limit: int = 100
    """Calls a minute, and how large a body may be: of the tenant's policies."""
    request_megabytes: int = 10
    allowed_addresses: tuple[str, ...] = ()
    """Networks that the API key may be used from; none is any."""
    blocked_address: str = ""
    """Where this call came from, if that is blocked. The answer may be kept for a call from elsewhere."""

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def to_context(self) -> dict[str, str]:
        """API Gateway passes only flat strings from an authorizer to a function."""
        return {
            "tenant_id": self.tenant_id,
            "user_id": str(self.user_id),
            "username": self.username,
            "roles": ",".join(sorted(self.roles)),
            "scopes": ",".join(sorted(self.scopes)),
            "session_id": self.session_id,
            "api_key_id": self.api_key_id,
            "rate_limit": str(self.rate_limit),
            "request_megabytes": str(self.request_megabytes),
            "allowed_addresses": ",".join(self.allowed_addresses),
            "blocked_address": self.blocked_address,
        }

    @classmethod
    def from_context(cls, context: dict[str, Any]) -> "Caller":
        return cls(
            tenant_id=context["tenant_id"],
            user_id=UserId(int(context["user_id"])),
            username=context["username"],
            roles=frozenset(filter(None, context["roles"].split(","))),
            scopes=frozenset(filter(None, context["scopes"].split(","))),
            session_id=context["session_id"],
            api_key_id=context.get("api_key_id", ""),
            rate_limit=int(context.get("rate_limit", 100)),
            request_megabytes=int(context.get("request_megabytes", 10)),
            allowed_addresses=tuple(filter(None, context.get("allowed_addresses", "").split(","))),
            blocked_address=context.get("blocked_address", ""),
        )
