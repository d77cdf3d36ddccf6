"""What a provider is reached with: the tenant's own secret out of its vault, else the stage's out of Secrets Manager.

Each is remembered for a minute, also that there is none.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from docchain.vault.opening import Vault, open_secret

REMEMBERED_SECONDS: Final = 60
_REMEMBERED_MOST: Final = 1024


@dataclass(frozen=True)
class Keys:
    """``remembered``: tenant and name → the secret and until when it is good, in ``time.monotonic()`` seconds."""

    vault: Vault | None
    read_secret: Callable[[str], str]
    used_for: str
    remembered: dict[tuple[str, str], tuple[str | None, float]] = field(default_factory=dict, repr=False)

    def of_tenant(self, tenant_id: str, name: str) -> str | None:
        """Raises ``CiphertextRefused``: who stored a key of its own does not want to work on the stage's unawares."""
        vault = self.vault
        if vault is None:
            return None

        def opened() -> str | None:
            secret = open_secret(vault, tenant_id, name, used_for=self.used_for)
            return (secret.value.strip() or None) if secret else None

        return self._remembered((tenant_id, name), opened)

    def of_stage(self, secret_name: str) -> str | None:
        """``None`` without a name. Its value is read again after a minute, so that one that was changed is found."""
        if not secret_name:
            return None
        return self._remembered(("", secret_name), lambda: self.read_secret(secret_name).strip() or None)

    def _remembered(self, what: tuple[str, str], read: Callable[[], str | None]) -> str | None:
        value, until = self.remembered.get(what, (None, 0.0))
        if until > time.monotonic():
            return value
        if len(self.remembered) >= _REMEMBERED_MOST:
            self.remembered.clear()
        value = read()
        self.remembered[what] = (value, time.monotonic() + REMEMBERED_SECONDS)
        return value
