"""What second factors a user has, and whether a code is one of theirs that was not used yet.

A code is used up by the write that it allows, in one transaction: of two calls with the same code one fails.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from docchain.events.models import Event
from docchain.identity import attempts, keys, mfa_totp, open_sessions, recovery_codes
from docchain.identity.accounts import Accounts
from docchain.identity.errors import MfaNotEnabled, UserNotFound, WrongCode
from docchain.identity.mfa_secrets import MfaSecrets
from docchain.identity.models import User
from docchain.identity.open_sessions import OpenSessions, to_open_sessions
from docchain.identity.policies import Policies, to_policies
from docchain.identity.users import to_user
from docchain.storage.across import Place, get_across
from docchain.storage.conditions import Attr, Condition
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

ACTIVE: Final = "active"
PENDING: Final = "pending"
CODE_MARK: Final = "code_"


@dataclass(frozen=True)
class Factors:
    """``others`` are the items that were read along, in the order asked for."""

    user: User
    policies: Policies
    open_sessions: OpenSessions
    totp: Item | None
    recovery: Item | None
    others: list[Item | None]

    @property
    def recovery_codes_left(self) -> int:
        return sum(name.startswith(CODE_MARK) for name in self.recovery or {})

    @property
    def attempts_key(self) -> str:
        return f"{self.user.tenant_id}#failures#mfa#{self.user.id}"


@dataclass(frozen=True)
class Proof:
    """``unused`` holds of the item ``pk``, ``sk`` while the code was not used; ``news`` tells of its use."""

    method: str
    pk: str
    sk: str
    unused: Condition = field(repr=False)
    change: dict[str, Any] = field(repr=False)
    news: Event

    def spending(self, table: Table) -> Action:
        return table.updating(self.pk, self.sk, **self.change, when=self.unused)


def read_factors(accounts: Accounts, tenant_id: str, user_id: int, *others: tuple[str, str]) -> Factors:
    """One read, consistent. Raises ``UserNotFound``."""
    account = keys.account(tenant_id, user_id)
    at = [
        (keys.users(tenant_id), keys.user(user_id)),
        (keys.policies(tenant_id), keys.POLICIES),
        open_sessions.address_of(tenant_id, user_id),
        (account, keys.TOTP),
        (account, keys.RECOVERY),
        *others,
    ]
    places: list[Place] = [(accounts.table, pk, sk) for pk, sk in at]
    user, policies, opened, totp, recovery, *rest = get_across(places)
    if user is None:
        raise UserNotFound
    return Factors(
        user=to_user(tenant_id, user),
        policies=to_policies(policies),
        open_sessions=to_open_sessions(tenant_id, user_id, opened),
        totp=totp,
        recovery=recovery,
        others=rest,
    )


def count_attempt(accounts: Accounts, factors: Factors) -> None:
    """Before anything is compared. Raises ``TooManyAttempts``."""
    policies = factors.policies
    attempts.admit(accounts.guard, factors.attempts_key, policies.max_login_attempts, policies.lockout_minutes * 60)


def prove(accounts: Accounts, secrets: MfaSecrets, factors: Factors, code: str, purpose: str) -> Proof:
    """For a counted attempt; ``purpose`` is for the record. Raises ``WrongCode`` and ``MfaNotEnabled``."""
    if not factors.user.mfa_enabled or factors.totp is None or factors.totp["status"] != ACTIVE:
        raise MfaNotEnabled
    digits = code.replace(" ", "")
    proof = (
        _by_totp(secrets, factors, digits, purpose)
        if mfa_totp.is_code(digits)
        else _by_recovery_code(factors, code, purpose)
    )
    if proof is None:
        raise refused(accounts, factors.user, purpose)
    return proof


def refused(accounts: Accounts, user: User, purpose: str) -> WrongCode:
    """Tells of the failure and says what to raise."""
    accounts.table.put(event_item(fact("mfa.failed", user, purpose=purpose)))
    return WrongCode()


def fact(kind: str, user: User, **data: str | int | None) -> Event:
    return Event(
        type=kind,
        tenant_id=user.tenant_id,
        subject=f"users/{user.id}",
        actor=user.username,
        data={"user_id": user.id, **data},
    )


def _by_totp(secrets: MfaSecrets, factors: Factors, code: str, purpose: str) -> Proof | None:
    user, totp = factors.user, factors.totp
    assert totp is not None  # noqa: S101  # the caller has looked
    step = mfa_totp.matching_step(secrets.open(user.tenant_id, user.id, totp["secret"]), code)
    if step is None or step <= totp["last_step"]:
        return None
    unused = Attr("id").eq(totp["id"]) & Attr("status").eq(ACTIVE) & Attr("last_step").lt(step)
    news = fact("mfa.verified", user, purpose=purpose, method="totp")
    return Proof("totp", totp["pk"], totp["sk"], unused, {"set_": {"last_step": step}}, news)


def _by_recovery_code(factors: Factors, code: str, purpose: str) -> Proof | None:
    user, recovery = factors.user, factors.recovery
    name = f"{CODE_MARK}{recovery_codes.hash_of(user.tenant_id, user.id, code)}"
    if recovery is None or name not in recovery:
        return None
    news = fact("mfa.recovery_code_used", user, purpose=purpose, left=factors.recovery_codes_left - 1)
    return Proof("recovery_code", recovery["pk"], recovery["sk"], Attr(name).exists(), {"remove": (name,)}, news)
