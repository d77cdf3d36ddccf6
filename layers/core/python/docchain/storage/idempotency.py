"""One answer per Idempotency-Key: the stored answer is written in the same transaction as the effect.

So there is no window in which the effect happened and the key does not know it. Same key and body: the same answer for
24 hours. Same key, other body: 409.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from docchain.clock import epoch
from docchain.errors import Conflict
from docchain.storage.conditions import Attr
from docchain.storage.table import Action, Table

KEPT_SECONDS = 24 * 3600


class IdempotencyMismatch(Conflict):
    code = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True)
class IdempotencyKey:
    """``operation`` is the route's own name, so that one key may serve two routes."""

    tenant_id: str
    operation: str
    key: str
    fingerprint: str

    @property
    def pk(self) -> str:
        return f"{self.tenant_id}#idempotency"

    @property
    def sk(self) -> str:
        return f"{self.operation}#{self.key}"

    def recording(self, table: Table, answer: dict[str, Any]) -> Action:
        """The member that a creating transaction carries along."""
        item = {
            "pk": self.pk,
            "sk": self.sk,
            "entity": "idempotency",
            "fingerprint": self.fingerprint,
            "answer": answer,
            "expires_at": epoch() + KEPT_SECONDS,
        }
        # TTL deletes late: an expired record may still lie there and must not block a new use of the key.
        return table.putting(item, when=Attr("pk").not_exists() | Attr("expires_at").lt(epoch()))

    def earlier_answer(self, table: Table) -> dict[str, Any] | None:
        """The stored answer, or ``None`` when the key is new. Raises ``IdempotencyMismatch``."""
        item = table.get(self.pk, self.sk, consistent=True)
        if item is None or item["expires_at"] < epoch():
            return None
        if item["fingerprint"] != self.fingerprint:
            raise IdempotencyMismatch("This Idempotency-Key was used with another body; use a new key.")
        answer: dict[str, Any] = item["answer"]
        return answer


def fingerprint(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
