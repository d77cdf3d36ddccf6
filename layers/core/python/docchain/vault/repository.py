"""Secrets in DynamoDB: each change with its event in one transaction."""

from dataclasses import dataclass

from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Page, Table
from docchain.vault import keys
from docchain.vault.errors import SecretChanged, SecretNotFound
from docchain.vault.models import Secret


@dataclass(frozen=True)
class SecretRepository:
    """Over the table ``vault``."""

    table: Table

    def find(self, tenant_id: str, name: str) -> Secret | None:
        item = self.table.get(keys.secrets(tenant_id), name, consistent=True)
        return to_secret(tenant_id, item) if item else None

    def read(self, tenant_id: str, name: str) -> tuple[Secret, int | None]:
        """And when its use was last told, in seconds since 1970. Raises ``SecretNotFound``."""
        found, told_at = self.look_up(tenant_id, name)
        if found is None:
            raise SecretNotFound(name)
        return found, told_at

    def look_up(self, tenant_id: str, name: str) -> tuple[Secret | None, int | None]:
        """One call."""
        here, noted = (keys.secrets(tenant_id), name), (keys.uses(tenant_id), name)
        items = self.table.get_many([here, noted], consistent=True)
        secret = to_secret(tenant_id, items[here]) if here in items else None
        return secret, items[noted]["told_at"] if noted in items else None

    def read_page(self, tenant_id: str, *, limit: int, start_key: Item | None = None) -> tuple[list[Secret], Page]:
        """By name."""
        page = self.table.query(keys.secrets(tenant_id), limit=limit, start_key=start_key, consistent=True)
        return [to_secret(tenant_id, item) for item in page.items], page

    def store(self, secret: Secret, before: Secret | None) -> None:
        """In place of ``before``. Raises ``SecretChanged`` when that is not what lies there any more."""
        item = {
            "pk": keys.secrets(secret.tenant_id),
            "sk": secret.name,
            "entity": "secret",
            **secret.model_dump(mode="json", exclude={"tenant_id"}),
        }
        unchanged = Attr("sealed").eq(before.sealed) if before else Attr("pk").not_exists()
        told = _event("secret.stored", secret, secret.updated_by, before, secret)
        try:
            self.table.transact([self.table.putting(item, when=unchanged), self.table.putting(event_item(told))])
        except ConditionFailed:
            raise SecretChanged(secret.name) from None

    def delete(self, secret: Secret, actor: str) -> None:
        """Its values are gone, the one before too. Raises ``SecretChanged``."""
        told = _event("secret.deleted", secret, actor, secret, None)
        pk = keys.secrets(secret.tenant_id)
        try:
            self.table.transact(
                [
                    self.table.deleting(pk, secret.name, when=Attr("sealed").eq(secret.sealed)),
                    self.table.deleting(keys.uses(secret.tenant_id), secret.name),
                    self.table.putting(event_item(told)),
                ]
            )
        except ConditionFailed:
            raise SecretChanged(secret.name) from None


def to_secret(tenant_id: str, item: Item) -> Secret:
    return Secret.model_validate({**item, "tenant_id": tenant_id})


def _event(kind: str, secret: Secret, actor: str, before: Secret | None, after: Secret | None) -> Event:
    return Event(
        type=kind,
        tenant_id=secret.tenant_id,
        subject=f"secrets/{secret.name}",
        actor=actor,
        data={"name": secret.name, **changed(before.told() if before else None, after.told() if after else None)},
    )
