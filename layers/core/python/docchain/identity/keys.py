"""Keys of the identity table, as docs/architecture.md section 3 names them."""

from typing import Final

SESSION: Final = "session"
TENANT: Final = "tenant"
OPEN_SESSIONS: Final = "sessions"
TOTP: Final = "totp"
RECOVERY: Final = "recovery"
DIRECTORY: Final = "directory"
BY_USER: Final = "by_user"
POLICIES: Final = "policies"
API_KEY: Final = "api_key"
API_KEYS: Final = "api_keys"
BLOCKED: Final = "blocked"
HISTORY: Final = "history"
LINK: Final = "link"

# Owner of what happens before anybody is known: it is no tenant, and has no users.
ANONYMOUS: Final = "_anonymous"


def users(tenant_id: str) -> str:
    return f"{tenant_id}#users"


def user(user_id: int) -> str:
    return f"{user_id:012d}"


def session(tenant_id: str, session_id: str) -> str:
    return f"{tenant_id}#session#{session_id}"


def sessions_of(tenant_id: str, user_id: int) -> str:
    return f"{tenant_id}#user#{user_id}"


def account(tenant_id: str, user_id: int) -> str:
    """What belongs to one account's logins: which sessions are open, its second factors."""
    return f"{tenant_id}#account#{user_id}"


def tenant(tenant_id: str) -> str:
    return f"{tenant_id}#tenant"


def policies(tenant_id: str) -> str:
    return f"{tenant_id}#policies"


def link(tenant_id: str, link_id: str) -> str:
    return f"{tenant_id}#link#{link_id}"


def invitations(tenant_id: str) -> str:
    return f"{tenant_id}#invitations"


def api_key(tenant_id: str, key_id: str) -> str:
    return f"{tenant_id}#api_key#{key_id}"


def api_keys_of(tenant_id: str, user_id: int) -> str:
    return f"{tenant_id}#api_keys#{user_id}"


def blocked(tenant_id: str, address: str) -> str:
    """Written by who blocks it, with ``expires_at``; of ``_anonymous`` for the whole stage."""
    return f"{tenant_id}#blocked#{address}"


def disclosures(tenant_id: str, reader_id: int) -> str:
    """Whose personal data somebody read lately, so that the audit hears of it once an hour and not at every click."""
    return f"{tenant_id}#disclosures#{reader_id}"


def username(name: str) -> str:
    return f"_directory#username#{name}"


def email(address: str) -> str:
    return f"_directory#email#{address}"
