"""Opens a secret for a function that uses it, by reference; that it was used is told once an hour."""

from dataclasses import dataclass, field
from typing import Final

from docchain.clock import epoch
from docchain.encryption.fields import FieldEncryption
from docchain.events.models import Event
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item
from docchain.storage.table import Table
from docchain.vault import keys
from docchain.vault.models import context_of
from docchain.vault.repository import SecretRepository

TOLD_EVERY_SECONDS: Final = 3600


@dataclass(frozen=True)
class OpenedSecret:
    """``previous`` is the value before, for as long as it is kept: check signatures with both, sign with ``value``."""

    name: str
    version: int
    value: str = field(repr=False)
    previous: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Vault:
    table: Table
    encryption: FieldEncryption


def open_secret(
    vault: Vault, tenant_id: str, name: str, *, used_for: str, with_previous: bool = False
) -> OpenedSecret | None:
    """``None`` when the tenant has no such secret. ``used_for`` is told: the room that uses it (``steps/ai``).

    Two calls, once an hour three, one more for the value before. Raises ``CiphertextRefused``.
    """
    secret, told_at = SecretRepository(vault.table).look_up(tenant_id, name)
    if secret is None:
        return None
    value = vault.encryption.open(secret.sealed, context_of(tenant_id, name, secret.version))
    before = secret.previous if with_previous else None
    previous = None
    if before and before.until > epoch():
        previous = vault.encryption.open(before.sealed, context_of(tenant_id, name, before.version))
    if told_at is None or told_at <= epoch() - TOLD_EVERY_SECONDS:
        _tell_use(vault.table, tenant_id, name, secret.version, used_for)
    return OpenedSecret(name, secret.version, value, previous)


def _tell_use(table: Table, tenant_id: str, name: str, version: int, used_for: str) -> None:
    told = Event(
        type="secret.used",
        tenant_id=tenant_id,
        subject=f"secrets/{name}",
        data={"name": name, "version": version, "used_for": used_for},
    )
    untold = Attr("pk").not_exists() | Attr("told_at").lte(epoch() - TOLD_EVERY_SECONDS)
    use = {"pk": keys.uses(tenant_id), "sk": name, "entity": "secret_use", "told_at": epoch()}
    try:
        table.transact([table.putting(use, when=untold), table.putting(event_item(told))])
    except ConditionFailed:  # another told it at this moment
        return
