"""Which keys a user has: one item that every new key and every end of one changes along.

An index would follow a moment late, and of two new keys at the same time each would see room for one more. Here a new
key is conditional on the revision it has read.
"""

from dataclasses import dataclass

from docchain.clock import epoch
from docchain.identity import keys
from docchain.storage.conditions import Attr
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

_MARK = "k_"


@dataclass(frozen=True)
class OwnedKeys:
    """``until`` says of each id when it expires (epoch seconds, 0 for never)."""

    tenant_id: str
    user_id: int
    until: dict[str, int]
    revision: int

    @property
    def ids(self) -> list[str]:
        """Oldest first, without what has expired."""
        return sorted(i for i, until in self.until.items() if until == 0 or until > epoch())


def read_owned(table: Table, tenant_id: str, user_id: int) -> OwnedKeys:
    item: Item = table.get(*_at(tenant_id, user_id), consistent=True) or {}
    until = {name.removeprefix(_MARK): value for name, value in item.items() if name.startswith(_MARK)}
    return OwnedKeys(tenant_id, user_id, until, item.get("revision", 0))


def adding(table: Table, known: OwnedKeys, key_id: str, expires_at: int | None) -> Action:
    """Fails when anything was added or removed since ``known`` was read. What has expired goes."""
    expired = tuple(f"{_MARK}{i}" for i in known.until if i not in known.ids)
    return table.updating(
        *_at(known.tenant_id, known.user_id),
        set_={"entity": "owned_keys", f"{_MARK}{key_id}": expires_at or 0},
        add={"revision": 1},
        remove=expired,
        when=Attr("revision").eq(known.revision) if known.revision else Attr("revision").not_exists(),
    )


def removing(table: Table, tenant_id: str, user_id: int, key_id: str) -> Action:
    """Whatever else was added or removed meanwhile."""
    return table.updating(
        *_at(tenant_id, user_id),
        set_={"entity": "owned_keys"},
        add={"revision": 1},
        remove=(f"{_MARK}{key_id}",),
    )


def _at(tenant_id: str, user_id: int) -> tuple[str, str]:
    return keys.api_keys_of(tenant_id, user_id), keys.API_KEYS
