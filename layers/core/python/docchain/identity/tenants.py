"""A tenant: its name, and how many active administrators it has.

The number is moved in the same transaction as the roles it counts, so that of two administrators who demote each other
at the same time one stays.
"""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from docchain.clock import now
from docchain.errors import NotFound
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.models import User
from docchain.storage.conditions import Attr
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table


class Tenant(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    created_at: str


class TenantNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such tenant.")


@dataclass(frozen=True)
class TenantRepository:
    table: Table

    def read(self, tenant_id: str) -> Tenant:
        item = self.table.get(keys.tenant(tenant_id), keys.TENANT, consistent=True)
        if item is None:
            raise TenantNotFound
        return _to_tenant(tenant_id, item)

    def rename(self, tenant_id: str, name: str, actor: str) -> Tenant:
        """The same name again is no change and no news. Raises ``ConditionFailed`` when it was renamed meanwhile."""
        stored = self.table.get(keys.tenant(tenant_id), keys.TENANT, consistent=True)
        if stored is None:
            raise TenantNotFound
        tenant = _to_tenant(tenant_id, stored)
        if tenant.name == name:
            return tenant
        fact = Event(
            type="tenant.updated",
            tenant_id=tenant_id,
            subject="tenant",
            actor=actor,
            data={"before": {"name": tenant.name}, "after": {"name": name}},
        )
        same = Attr("name").eq(stored["name"]) if "name" in stored else Attr("name").not_exists()
        renaming = self.table.updating(keys.tenant(tenant_id), keys.TENANT, set_={"name": name}, when=same)
        self.table.transact([renaming, self.table.putting(event_item(fact))])
        return tenant.model_copy(update={"name": name})

    def counting_admins(self, before: User | None, after: User) -> list[Action]:
        """One member that fails for the last active administrator, or none where the number stays."""
        change = int(after.is_active_admin) - int(before is not None and before.is_active_admin)
        if not change:
            return []
        when = Attr("admins").gt(1) if change < 0 else None
        return [self.table.updating(keys.tenant(after.tenant_id), keys.TENANT, add={"admins": change}, when=when)]


def founded(founder: User) -> Item:
    return {
        "pk": keys.tenant(founder.tenant_id),
        "sk": keys.TENANT,
        "entity": "tenant",
        "name": founder.full_name or founder.username,
        "admins": int(founder.is_active_admin),
        "created_at": now(),
    }


def _to_tenant(tenant_id: str, item: Item) -> Tenant:
    return Tenant(id=tenant_id, name=item.get("name") or tenant_id, created_at=item["created_at"])
