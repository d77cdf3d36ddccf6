"""Whose a ciphertext is and what for: authenticated with it, so that it opens nowhere else."""

import json
from dataclasses import asdict, dataclass

from docchain.ids import TenantId


@dataclass(frozen=True)
class Context:
    """``purpose`` is the room that keeps it (``vault``), ``name`` the thing, ``version`` which of its values."""

    tenant: TenantId | str
    purpose: str
    name: str
    version: int

    def for_kms(self) -> dict[str, str]:
        """Stands in KMS's own log too, so it says nothing secret."""
        return {key: str(value) for key, value in asdict(self).items()}

    def authenticated(self, algorithm: str) -> bytes:
        """The additional data of the cipher: one spelling of one context."""
        told = {**self.for_kms(), "algorithm": algorithm}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
