"""The Lambda of ``/api/v3/security``."""

from docchain.entrypoints.api import api_handler
from functions.api.security.routes import (
    api_keys,
    events,
    inputs,
    mfa,
    passkeys,
    passwords,
    policies,
    profile,
    rate_limits,
    sessions,
    threats,
    tokens,
    vault,
)

handler = api_handler(
    tokens.router,
    profile.router,
    sessions.router,
    mfa.router,
    passkeys.router,
    policies.router,
    passwords.router,
    api_keys.router,
    events.router,
    threats.router,
    rate_limits.router,
    vault.router,
    inputs.router,
    uncounted=(rate_limits.CHECK,),
)
