"""An authenticator app, and users who have one."""

import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pyotp

from docchain.auth.caller import Caller
from docchain.identity.accounts import Accounts
from docchain.identity.mfa_enrolment import activate, enroll
from docchain.identity.mfa_secrets import MfaSecrets
from docchain.identity.models import User
from tests.support.identity import a_login, a_user, authorized


@dataclass
class Authenticator:
    """``at`` moves on by a step with each code, as a user who waits for the next one; two codes stay in the window."""

    secret: str

    @classmethod
    def scanning(cls, uri: str) -> "Authenticator":
        (secret,) = parse_qs(urlsplit(uri).query)["secret"]
        return cls(secret)

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).generate_otp(int(time.time()) // 30 + steps)


@dataclass
class Protected:
    user: User
    caller: Caller
    authenticator: Authenticator
    recovery_codes: list[str]

    def next_code(self) -> str:
        """The one of the next step: that of this step was used to activate."""
        return self.authenticator.code(1)


def a_protected_user(accounts: Accounts, secrets: MfaSecrets, user: User | None = None) -> Protected:
    """Has an active second factor, was logged in before it, and has used this step's code."""
    user = user or a_user(accounts)
    caller = authorized(a_login(accounts, user).access_token)
    assert caller is not None
    authenticator = Authenticator.scanning(enroll(accounts, secrets, caller).otpauth_uri)
    codes = activate(accounts, secrets, caller, authenticator.code())
    return Protected(accounts.users.read(user.tenant_id, user.id), caller, authenticator, codes)
