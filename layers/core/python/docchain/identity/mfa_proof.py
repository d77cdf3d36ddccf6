"""Proving a second factor: at a login that owes one, and again before a dangerous action."""

from docchain.auth.caller import Caller
from docchain.clock import epoch
from docchain.identity import attempts, opening
from docchain.identity.accounts import Accounts
from docchain.identity.challenges import Challenge
from docchain.identity.errors import (
    InvalidAccessToken,
    InvalidChallenge,
    InvalidCredentials,
    MfaNotEnabled,
    SecondFactorRefused,
    UserNotFound,
    WrongCode,
)
from docchain.identity.mfa_factors import Proof, count_attempt, prove, read_factors, refused
from docchain.identity.mfa_secrets import MfaSecrets
from docchain.identity.models import Origin
from docchain.identity.opening import Login, ProofSpent, open_session
from docchain.identity.step_up import require_session
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item


def log_in_with_code(accounts: Accounts, secrets: MfaSecrets, challenge_text: str, code: str, origin: Origin) -> Login:
    """The challenge and the code are used up by the session's opening, all three in one transaction.

    Raises ``InvalidChallenge``, ``SecondFactorRefused``, ``TooManyAttempts``.
    """
    challenge = Challenge.parse(challenge_text)
    try:
        factors = read_factors(accounts, challenge.tenant_id, challenge.user_id, challenge.address)
    except UserNotFound:
        raise InvalidChallenge from None
    user = factors.user
    # Before an attempt is counted: who holds no challenge must not be able to lock somebody's second factor.
    if not user.is_active or not user.mfa_enabled or not challenge.is_good(factors.others[0], user):
        raise InvalidChallenge
    count_attempt(accounts, factors)
    try:
        proof = prove(accounts, secrets, factors, code, "login")
        given = opening.Proof(
            second_factor=proof.method,
            spending=(challenge.spending(accounts.table), proof.spending(accounts.table)),
            along=(
                attempts.forgetting(accounts.guard, factors.attempts_key),
                accounts.table.putting(event_item(proof.news)),
            ),
        )
        return open_session(accounts, user, factors.policies, factors.open_sessions, origin, given)
    except WrongCode:
        raise SecondFactorRefused from None
    except ProofSpent:
        refused(accounts, user, "login")
        raise SecondFactorRefused from None
    except (InvalidCredentials, MfaNotEnabled):
        # Banned, given a new password, or without a second factor since the challenge was read.
        raise InvalidChallenge from None


def step_up(accounts: Accounts, secrets: MfaSecrets, caller: Caller, code: str) -> Proof:
    """Notes in the session that it was proved. Raises ``WrongCode``, ``MfaNotEnabled``, ``TooManyAttempts``."""
    require_session(caller)
    if accounts.sessions.find_live(caller.tenant_id, caller.session_id, caller.user_id) is None:
        raise InvalidAccessToken("the session is over")
    factors = read_factors(accounts, caller.tenant_id, caller.user_id)
    if not factors.user.mfa_enabled:
        raise MfaNotEnabled
    count_attempt(accounts, factors)
    proof = prove(accounts, secrets, factors, code, "step_up")
    actions = [
        proof.spending(accounts.table),
        accounts.sessions.proving(caller.tenant_id, caller.session_id, caller.user_id, epoch()),
        attempts.forgetting(accounts.guard, factors.attempts_key),
        accounts.table.putting(event_item(proof.news)),
    ]
    try:
        accounts.table.transact(actions)
    except ConditionFailed as error:
        if 0 in error.failed:
            raise refused(accounts, factors.user, "step_up") from None
        raise InvalidAccessToken("the session is over") from None
    return proof
