"""A passkey for an account: begun with the password, ended with what the authenticator made."""

import base64
from dataclasses import dataclass
from typing import Any

from docchain.auth.caller import Caller
from docchain.identity import attempts, keys, passkey_ceremonies, passkeys
from docchain.identity.accounts import Accounts
from docchain.identity.errors import PasskeyRefused, TooManyPasskeys
from docchain.identity.mfa_factors import count_attempt, read_factors, refused
from docchain.identity.passkey_ceremonies import RelyingParty
from docchain.identity.passkeys import PasskeyRepository
from docchain.identity.step_up import require_step_up
from docchain.storage.errors import ConditionFailed

_PURPOSE = "register"


@dataclass(frozen=True)
class Begun:
    ceremony_id: str
    options: dict[str, Any]


def begin_registration(accounts: Accounts, party: RelyingParty, caller: Caller, password: str) -> Begun:
    """A stolen session must not become a key of its own, which would outlive the next password: so it takes this one.

    Raises ``WrongCode`` for a wrong password, ``TooManyAttempts``, ``StepUpRequired``, ``TooManyPasskeys``.
    """
    require_step_up(accounts, caller)
    _ = party.id  # before anything is written
    factors = read_factors(accounts, caller.tenant_id, caller.user_id)
    user = factors.user
    count_attempt(accounts, factors)
    if not accounts.passwords.matches(user.password_hash, password):
        raise refused(accounts, user, "passkey")
    attempts.forget(accounts.guard, factors.attempts_key)
    kept = PasskeyRepository(accounts.table).read_all(user.tenant_id, user.id)
    if len(kept) >= passkeys.MOST:
        raise TooManyPasskeys(passkeys.MOST)
    account = keys.account(user.tenant_id, user.id)
    begun = passkeys.begin(accounts.table, account, _PURPOSE, session_id=caller.session_id)
    known = [base64.b64decode(item["credential_id"]) for item in kept]
    return Begun(begun.id, passkey_ceremonies.registration_options(party, user, begun.challenge, known))


def finish_registration(
    accounts: Accounts, party: RelyingParty, caller: Caller, ceremony_id: str, name: str, credential: dict[str, Any]
) -> str:
    """The passkey's id. Raises ``PasskeyRefused``, ``TooManyPasskeys``."""
    require_step_up(accounts, caller)
    account = keys.account(caller.tenant_id, caller.user_id)
    factors = read_factors(accounts, caller.tenant_id, caller.user_id, (account, f"ceremony#{ceremony_id}"))
    challenge = passkeys.challenge_of(factors.others[0], _PURPOSE, session_id=caller.session_id)
    if challenge is None:
        raise PasskeyRefused("ceremony")
    made = passkey_ceremonies.verify_registration(party, credential, challenge)
    passkey = {
        "id": passkeys.id_of(made.credential_id),
        "name": name,
        "credential_id": base64.b64encode(made.credential_id).decode(),
        "public_key": base64.b64encode(made.public_key).decode(),
        "sign_count": made.sign_count,
        "synced": made.synced,
    }
    try:
        PasskeyRepository(accounts.table).add(
            factors.user, passkey, passkeys.ending(accounts.table, account, ceremony_id)
        )
    except ConditionFailed:
        raise PasskeyRefused("used before") from None
    return passkeys.id_of(made.credential_id)
