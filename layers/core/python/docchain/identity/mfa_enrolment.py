"""A second factor from its secret to its end: begun, proved and thereby active, disabled."""

from dataclasses import dataclass, field
from typing import Final

from docchain.auth.caller import Caller
from docchain.clock import epoch, now
from docchain.identity import attempts, keys, mfa_totp, recovery_codes
from docchain.identity.accounts import Accounts
from docchain.identity.errors import MfaAlreadyEnabled, MfaNotEnabled
from docchain.identity.mfa_factors import (
    ACTIVE,
    CODE_MARK,
    PENDING,
    Factors,
    count_attempt,
    fact,
    prove,
    read_factors,
    refused,
)
from docchain.identity.mfa_secrets import MfaSecrets
from docchain.identity.step_up import require_session
from docchain.ids import new_ulid
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item

PENDING_SECONDS: Final = 15 * 60


@dataclass(frozen=True)
class Enrolment:
    secret: str = field(repr=False)
    otpauth_uri: str = field(repr=False)


def enroll(accounts: Accounts, secrets: MfaSecrets, caller: Caller) -> Enrolment:
    """Begins anew when it was begun before. Raises ``MfaAlreadyEnabled``, ``SessionRequired``."""
    require_session(caller)
    user = accounts.users.read(caller.tenant_id, caller.user_id)
    secret = mfa_totp.new_secret()
    item = {
        "pk": keys.account(user.tenant_id, user.id),
        "sk": keys.TOTP,
        "entity": "totp",
        "id": new_ulid(),
        "status": PENDING,
        "secret": secrets.seal(user.tenant_id, user.id, secret),
        "last_step": 0,
        "created_at": now(),
        "expires_at": epoch() + PENDING_SECONDS,
    }
    try:
        accounts.table.put(item, when=Attr("pk").not_exists() | Attr("status").eq(PENDING))
    except ConditionFailed:
        raise MfaAlreadyEnabled from None
    return Enrolment(secret, mfa_totp.otpauth_uri(secret, user.email))


def activate(accounts: Accounts, secrets: MfaSecrets, caller: Caller, code: str) -> list[str]:
    """The recovery codes, which are not kept and never shown again.

    Raises ``WrongCode``, ``MfaNotEnabled`` when nothing was begun, ``MfaAlreadyEnabled``, ``TooManyAttempts``.
    """
    require_session(caller)
    factors = read_factors(accounts, caller.tenant_id, caller.user_id)
    user, totp = factors.user, _pending(factors)
    count_attempt(accounts, factors)
    step = mfa_totp.matching_step(secrets.open(user.tenant_id, user.id, totp["secret"]), code.replace(" ", ""))
    if step is None:
        raise refused(accounts, user, "enrol")
    codes = recovery_codes.new_codes()
    same = Attr("id").eq(totp["id"]) & Attr("status").eq(PENDING)
    actions = [
        accounts.table.updating(
            totp["pk"],
            totp["sk"],
            set_={"status": ACTIVE, "last_step": step, "activated_at": now()},
            remove=("expires_at",),
            when=same,
        ),
        accounts.table.putting(_recovery_item(factors, codes)),
        accounts.users.switching_mfa(user, on=True),
        accounts.sessions.proving(user.tenant_id, caller.session_id, user.id, epoch()),
        attempts.forgetting(accounts.guard, factors.attempts_key),
        accounts.table.putting(event_item(fact("mfa.enrolled", user, method="totp"))),
    ]
    try:
        accounts.table.transact(actions)
    except ConditionFailed as error:
        if 0 in error.failed:
            raise MfaAlreadyEnabled from None  # by a call at the same time
        raise
    return codes


def disable(accounts: Accounts, secrets: MfaSecrets, caller: Caller, code: str, password: str) -> None:
    """One refusal for a wrong code and a wrong password.

    Raises ``WrongCode``, ``MfaNotEnabled``, ``TooManyAttempts``.
    """
    require_session(caller)
    factors = read_factors(accounts, caller.tenant_id, caller.user_id)
    user = factors.user
    if not user.mfa_enabled:
        raise MfaNotEnabled
    count_attempt(accounts, factors)
    if not accounts.passwords.matches(user.password_hash, password):
        raise refused(accounts, user, "disable")
    proof = prove(accounts, secrets, factors, code, "disable")
    account = keys.account(user.tenant_id, user.id)
    # Where the code's item is deleted there is nothing left to spend; only that it was not spent before.
    actions = [
        accounts.table.deleting(account, sk, when=proof.unused if proof.sk == sk else None)
        for sk in (keys.TOTP, keys.RECOVERY)
    ]
    actions += [
        accounts.users.switching_mfa(user, on=False),
        attempts.forgetting(accounts.guard, factors.attempts_key),
        accounts.table.putting(event_item(fact("mfa.disabled", user, method=proof.method))),
    ]
    try:
        accounts.table.transact(actions)
    except ConditionFailed as error:
        if {0, 1} & set(error.failed):
            raise refused(accounts, user, "disable") from None
        raise


def _pending(factors: Factors) -> Item:
    totp = factors.totp
    if totp is not None and totp["status"] == ACTIVE:
        raise MfaAlreadyEnabled
    if totp is None or totp["expires_at"] <= epoch():
        raise MfaNotEnabled
    return totp


def _recovery_item(factors: Factors, codes: list[str]) -> Item:
    user = factors.user
    hashes = [recovery_codes.hash_of(user.tenant_id, user.id, code) for code in codes]
    marks = {f"{CODE_MARK}{hashed}": True for hashed in hashes}
    at = {"pk": keys.account(user.tenant_id, user.id), "sk": keys.RECOVERY, "entity": "recovery"}
    return {**at, "created_at": now(), **marks}
