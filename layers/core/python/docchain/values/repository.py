"""Named values in the runs table: a write is a member of the transaction that completes its node, so it counts once."""

from dataclasses import dataclass
from typing import Any

from docchain.clock import now
from docchain.steps.hashing import canonical, content_hash
from docchain.storage.table import Action, Table
from docchain.values.errors import ValueNotFound
from docchain.values.models import StoredValue

_SK = "value"


@dataclass(frozen=True)
class ValueRepository:
    table: Table

    def read(self, tenant_id: str, name: str) -> StoredValue:
        item = self.table.get(_pk(tenant_id, name), _SK, consistent=True)
        if item is None:
            raise ValueNotFound(name)
        return StoredValue.model_validate(item)

    def storing(self, tenant_id: str, name: str, value: Any, by: dict[str, Any]) -> Action:
        told = {"sha256": content_hash(value), "size": len(canonical(value)), "stored_at": now(), "stored_by": by}
        fields = {"entity": "value", "name": name, "value": value, **told}
        return self.table.updating(_pk(tenant_id, name), _SK, set_=fields, add={"version": 1})


def _pk(tenant_id: str, name: str) -> str:
    return f"{tenant_id}#value#{name}"
