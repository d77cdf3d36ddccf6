"""Which events of the bus bear on security: those that a rule weighs, and those that the figures count."""

from typing import Final

from docchain.threats.rules import LISTENED

CONCERNED: Final = LISTENED | {
    "user.password_reset_requested",
    "user.password_reset",
    "user.password_changed",
    "user.deactivated",
    "user.deleted",
    "mfa.disabled",
    "mfa.recovery_code_used",
    "api_key.created",
    "api_key.revoked",
    "policies.changed",
    "address.blocked",
    "address.unblocked",
    "secret.stored",
    "secret.deleted",
    "security_event.logged",
}
