"""Registering: each new user founds a tenant and is its administrator."""

from docchain.clock import now
from docchain.errors import invalid
from docchain.identity import keys, names
from docchain.identity.accounts import Accounts
from docchain.identity.models import User
from docchain.identity.password_policy import require_strong
from docchain.identity.requests import Application
from docchain.ids import TenantId, UserId, new_ulid
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey, IdempotencyMismatch, fingerprint

FOUNDER = UserId(1)
FOUNDER_ROLES = ("admin", "user")


def register(accounts: Accounts, application: Application, idempotency_key: str | None = None) -> User:
    """Raises ``WeakPassword``, ``UsernameTaken``, ``EmailTaken``, ``IdempotencyMismatch``."""
    key = _idempotency(application, idempotency_key) if idempotency_key else None
    if key and (earlier := joined_before(accounts, application.password, key)):
        return earlier
    require_strong(application.password, names=(application.username, application.email, application.full_name or ""))
    if len(names.canonical(application.email)) > names.LONGEST:
        raise invalid("email", "is too long")
    founder = found(accounts, TenantId(f"t_{new_ulid()}"), application)
    try:
        accounts.users.found_tenant(founder, key)
    except ConditionFailed:
        # The same key at the same time: whoever was first has the answer.
        if key and (earlier := joined_before(accounts, application.password, key)):
            return earlier
        raise
    return founder


def found(accounts: Accounts, tenant_id: TenantId, application: Application) -> User:
    """The first user of a tenant, not yet written."""
    return User(
        tenant_id=tenant_id,
        id=FOUNDER,
        username=application.username,
        email=application.email,
        full_name=application.full_name,
        password_hash=accounts.passwords.hash(application.password),
        roles=FOUNDER_ROLES,
        created_at=now(),
    )


def _idempotency(application: Application, key: str) -> IdempotencyKey:
    """The password is no part of the fingerprint, which is too cheap a hash for it."""
    asked = application.model_dump(exclude={"password"})
    return IdempotencyKey(keys.ANONYMOUS, operation="register", key=key, fingerprint=fingerprint(asked))


def joined_before(accounts: Accounts, password: str, key: IdempotencyKey) -> User | None:
    """Who came of this key already, which only the same password opens. Raises ``IdempotencyMismatch``."""
    answer = key.earlier_answer(accounts.table)
    user = accounts.users.find(answer["tenant_id"], answer["user_id"]) if answer else None
    if user and not accounts.passwords.matches(user.password_hash, password):
        raise IdempotencyMismatch("This Idempotency-Key was used with another body; use a new key.")
    return user
