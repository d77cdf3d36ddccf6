"""Everybody who may knock at a door: one real person per role, an API key, and nobody."""

from dataclasses import dataclass, field

from docchain.auth.caller import Caller
from docchain.auth.permissions import ROLES, SCOPES_OF_ROLE
from docchain.identity.accounts import Accounts
from docchain.identity.api_keys.permissions import scopes_of_key
from docchain.identity.models import User
from docchain.identity.policies import ApiPolicy, Policies, PolicyRepository
from tests.support.identity import a_login, a_user, authorized
from tests.support.members import a_joined_user

KEY = "API key (read)"
NOBODY = "no token"
KNOCKERS = (*ROLES, KEY, NOBODY)
# The policy's own most: a walk over every route is no storm of calls.
_UNLIMITED = Policies(api=ApiPolicy(rate_limit_per_minute=1_000_000))


@dataclass
class Cast:
    """``callers`` are the authorizer's answers for real sessions; some routes end one, and then it is opened again."""

    accounts: Accounts
    users: dict[str, User]
    callers: dict[str, Caller] = field(default_factory=dict)

    @property
    def tenant_id(self) -> str:
        return self.users["admin"].tenant_id

    def caller(self, who: str) -> Caller | None:
        if who == NOBODY:
            return None
        if who == KEY:
            return self._key()
        if not self._is_live(who):
            found = authorized(a_login(self.accounts, self.users[who]).access_token)
            assert found is not None
            self.callers[who] = found
        return self.callers[who]

    def _is_live(self, who: str) -> bool:
        known = self.callers.get(who)
        sessions = self.accounts.sessions
        return bool(known and sessions.find_live(known.tenant_id, known.session_id, known.user_id))

    def _key(self) -> Caller:
        """Of the administrator, whose own scopes are every one: what it may not is for the key's permission alone."""
        admin = self.caller("admin")
        assert admin is not None
        scopes = scopes_of_key(("read",), admin.roles)
        return admin.model_copy(update={"session_id": "", "api_key_id": "1_key", "scopes": scopes})


def a_cast(accounts: Accounts) -> Cast:
    admin = a_user(accounts)
    PolicyRepository(accounts.table).replace(admin.tenant_id, _UNLIMITED, "ada")
    others = {role: a_joined_user(accounts, admin.tenant_id, role) for role in ROLES if role != "admin"}
    return Cast(accounts, {"admin": admin, **others})


def may(who: str, access: str) -> bool:
    """What the table in ``docs/access.md`` says, of a route's ``public``, ``session`` or scope."""
    if access == "public":
        return True
    if who == NOBODY:
        return False
    if access == "session":
        return who != KEY
    held = scopes_of_key(("read",), frozenset({"admin"})) if who == KEY else SCOPES_OF_ROLE[who]
    return access in held
