"""Which sessions of a user are open: one item that every opening and every end of a session changes along.

An index would follow a moment late, and two logins at the same time would each see room for one more. Here an opening
is conditional on the revision it has read, so that of two the second reads again and ends one session more.
"""

from dataclasses import dataclass

from docchain.identity import keys
from docchain.storage.conditions import Attr
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

_MARK = "s_"


@dataclass(frozen=True)
class OpenSessions:
    """``ids`` are ULIDs, oldest first; one that ended by its time alone may still be among them."""

    tenant_id: str
    user_id: int
    ids: tuple[str, ...]
    revision: int


def address_of(tenant_id: str, user_id: int) -> tuple[str, str]:
    return keys.account(tenant_id, user_id), keys.OPEN_SESSIONS


def to_open_sessions(tenant_id: str, user_id: int, item: Item | None) -> OpenSessions:
    ids = sorted(name.removeprefix(_MARK) for name in item or {} if name.startswith(_MARK))
    return OpenSessions(tenant_id, user_id, tuple(ids), item["revision"] if item else 0)


def changing(table: Table, known: OpenSessions, *, opened: str | None = None, ended: tuple[str, ...] = ()) -> Action:
    """Fails when anything was opened or ended since ``known`` was read."""
    return table.updating(
        *address_of(known.tenant_id, known.user_id),
        set_={"entity": "open_sessions", **({f"{_MARK}{opened}": True} if opened else {})},
        add={"revision": 1},
        remove=tuple(f"{_MARK}{session_id}" for session_id in ended),
        when=Attr("revision").eq(known.revision) if known.revision else Attr("revision").not_exists(),
    )


def removing(table: Table, tenant_id: str, user_id: int, session_id: str) -> Action:
    """Whatever else was opened or ended meanwhile."""
    return table.updating(
        *address_of(tenant_id, user_id),
        set_={"entity": "open_sessions"},
        add={"revision": 1},
        remove=(f"{_MARK}{session_id}",),
    )
