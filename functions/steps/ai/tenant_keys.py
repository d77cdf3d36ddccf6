"""A tenant's own key of a provider, out of its vault; remembered for a minute, also that there is none."""

import time
from dataclasses import dataclass, field
from typing import Final

from docchain.vault.opening import Vault, open_secret

SECRET: Final = "openai_api_key"  # noqa: S105  # the name of one
REMEMBERED_SECONDS: Final = 60
_TENANTS_MOST: Final = 256


@dataclass(frozen=True)
class TenantKeys:
    """``remembered``: tenant → the key and until when it is good, in ``time.monotonic()`` seconds."""

    vault: Vault
    remembered: dict[str, tuple[str | None, float]] = field(default_factory=dict, repr=False)

    def find(self, tenant_id: str) -> str | None:
        """Raises ``CiphertextRefused``: who stored a key of its own does not want to work on the stage's unawares."""
        key, until = self.remembered.get(tenant_id, (None, 0.0))
        if until > time.monotonic():
            return key
        if len(self.remembered) >= _TENANTS_MOST:
            self.remembered.clear()
        opened = open_secret(self.vault, tenant_id, SECRET, used_for="steps/ai")
        key = opened.value.strip() or None if opened else None
        self.remembered[tenant_id] = (key, time.monotonic() + REMEMBERED_SECONDS)
        return key
