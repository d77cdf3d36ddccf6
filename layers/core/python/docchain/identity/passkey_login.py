"""Logging in with a passkey: no name and no password, and a second factor by itself, for it has verified its user."""

import base64
import re
from typing import Any

from docchain import base64url
from docchain.identity import keys, opening, passkey_ceremonies, passkeys
from docchain.identity.accounts import Accounts
from docchain.identity.errors import InvalidCredentials, PasskeyRefused, UserNotFound
from docchain.identity.mfa_factors import read_factors, refused
from docchain.identity.models import Origin
from docchain.identity.opening import Login, ProofSpent, open_session
from docchain.identity.passkey_ceremonies import RelyingParty
from docchain.identity.passkey_registration import Begun
from docchain.identity.passkeys import PasskeyRepository

_PURPOSE = "login"
_NOBODY = keys.account(keys.ANONYMOUS, 0)
_HANDLE = re.compile(r"([A-Za-z0-9_]{1,48}):([1-9][0-9]{0,14})", re.ASCII)


def begin_login(accounts: Accounts, party: RelyingParty) -> Begun:
    """The same for everybody. Raises ``PasskeysOff``."""
    _ = party.id  # before anything is written
    begun = passkeys.begin(accounts.table, _NOBODY, _PURPOSE)
    return Begun(begun.id, passkey_ceremonies.login_options(party, begun.challenge))


def finish_login(
    accounts: Accounts, party: RelyingParty, ceremony_id: str, credential: dict[str, Any], origin: Origin
) -> Login:
    """Ceremony, sign count and session are one transaction. Raises ``PasskeyRefused``, for every reason the same."""
    tenant_id, user_id, credential_id = _whose(credential)
    account = keys.account(tenant_id, user_id)
    places = ((_NOBODY, f"ceremony#{ceremony_id}"), (account, f"passkey#{passkeys.id_of(credential_id)}"))
    try:
        factors = read_factors(accounts, tenant_id, user_id, *places)
    except UserNotFound:
        raise PasskeyRefused("user") from None
    ceremony, passkey = factors.others
    challenge = passkeys.challenge_of(ceremony, _PURPOSE)
    if challenge is None or passkey is None or not factors.user.is_active:
        raise PasskeyRefused("ceremony, passkey or user")
    public_key, count = base64.b64decode(passkey["public_key"]), passkey["sign_count"]
    try:
        new_count = passkey_ceremonies.verify_login(party, credential, challenge, public_key, count)
    except PasskeyRefused:
        refused(accounts, factors.user, "passkey_login")
        raise
    proof = opening.Proof(
        second_factor="passkey",
        spending=(
            passkeys.ending(accounts.table, _NOBODY, ceremony_id),
            PasskeyRepository(accounts.table).using(passkey, new_count),
        ),
    )
    try:
        return open_session(accounts, factors.user, factors.policies, factors.open_sessions, origin, proof)
    except (ProofSpent, InvalidCredentials):
        raise PasskeyRefused("used or banned meanwhile") from None


def _whose(credential: dict[str, Any]) -> tuple[str, int, bytes]:
    """What it says of itself; the signature decides whether that is so."""
    response = credential.get("response")
    handle, raw_id = (response.get("userHandle") if isinstance(response, dict) else None), credential.get("rawId")
    if not isinstance(handle, str) or not isinstance(raw_id, str):
        raise PasskeyRefused("handle")
    try:
        found = _HANDLE.fullmatch(base64url.decode(handle).decode("ascii"))
        credential_id = base64url.decode(raw_id)
    except ValueError:
        raise PasskeyRefused("handle") from None
    if found is None:
        raise PasskeyRefused("handle")
    return found[1], int(found[2]), credential_id
