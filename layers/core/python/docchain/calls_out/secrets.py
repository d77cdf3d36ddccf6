"""Secrets in headers: put in from the vault as a request is sent, and taken out of what comes back."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from docchain.errors import PermanentStepError

FindSecret = Callable[[str, str], str | None]
"""Tenant and name → the value."""

_REFERENCE: Final = re.compile(r"((?:Bearer|Token|Basic) )?vault:([a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?)")
# Shorter ones would be found in words that have nothing to do with them.
_MASKED_FROM: Final = 6


class SecretMissing(PermanentStepError):
    code = "SECRET_NOT_FOUND"


def with_secrets(
    headers: Mapping[str, str], written: Mapping[str, Any], find: FindSecret, tenant_id: str
) -> tuple[dict[str, str], list[str]]:
    """The headers to send, and the secrets in them.

    Only what the author wrote counts as a reference: a template's outcome that looks like one is text from elsewhere.
    """
    sent, secrets = dict(headers), list[str]()
    for name, text in written.items():
        reference = _REFERENCE.fullmatch(str(text))
        if reference is None:
            continue
        value = find(tenant_id, reference[2])
        if value is None:
            raise SecretMissing(f"There is no secret {reference[2]!r} in the vault, which the header {name} asks for.")
        sent[name] = (reference[1] or "") + value
        secrets.append(value)
    return sent, secrets


def masked(text: str, secrets: list[str]) -> str:
    """Some peers echo what they were sent; an output is read by more people than a secret is."""
    for secret in secrets:
        if len(secret) >= _MASKED_FROM:
            text = text.replace(secret, "***")
    return text


def masked_value(value: Any, secrets: list[str]) -> Any:
    """Strings and names of what was parsed: escapes hide a secret in the text that it was parsed from."""
    if isinstance(value, str):
        return masked(value, secrets)
    if isinstance(value, list):
        return [masked_value(one, secrets) for one in value]
    if isinstance(value, dict):
        return {masked(name, secrets): masked_value(one, secrets) for name, one in value.items()}
    return value
