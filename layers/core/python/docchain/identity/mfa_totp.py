"""Time-based codes (RFC 6238): six digits, a new one each thirty seconds, SHA-1 as every authenticator app has it."""

import time
from hmac import compare_digest
from typing import Final

import pyotp

ISSUER: Final = "Document Workflow Chain"
DIGITS: Final = 6
STEP_SECONDS: Final = 30
# Of clocks that differ: one step before and one after.
_WINDOW = 1


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def otpauth_uri(secret: str, account: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def is_code(text: str) -> bool:
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def matching_step(secret: str, code: str, moment: float | None = None) -> int | None:
    """The time step that the code is of; as long for a wrong code as for a right one."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    now = int(time.time() if moment is None else moment) // STEP_SECONDS
    found = None
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        if compare_digest(totp.generate_otp(step), code):
            found = step
    return found
