"""A tenant's users by number, a page at a time, each page within one read."""

from dataclasses import dataclass
from typing import Final

from docchain.identity import keys
from docchain.identity.models import User
from docchain.identity.names import canonical
from docchain.identity.users import to_user
from docchain.storage.cursors import from_cursor, to_cursor
from docchain.storage.table import Table

EXAMINED_MOST: Final = 1000
"""Users looked at for one page: one that is filtered may be short, even empty, and still name a next one."""


@dataclass(frozen=True)
class Wanted:
    """``q`` is the beginning of a username, in any spelling of upper and lower."""

    role: str | None = None
    is_active: bool | None = None
    q: str | None = None

    def holds(self, user: User) -> bool:
        return (
            user.deleted_at is None
            and (self.role is None or self.role in user.roles)
            and (self.is_active is None or self.is_active == user.is_active)
            and (self.q is None or canonical(user.username).startswith(canonical(self.q)))
        )

    @property
    def is_everybody(self) -> bool:
        return self == Wanted()


def list_users(
    table: Table, tenant_id: str, wanted: Wanted, limit: int, cursor: str | None
) -> tuple[list[User], str | None]:
    scope = f"users/{tenant_id}"
    page = table.query(
        keys.users(tenant_id),
        limit=limit if wanted.is_everybody else EXAMINED_MOST,
        start_key=from_cursor(cursor, scope),
    )
    found = [user for item in page.items if wanted.holds(user := to_user(tenant_id, item))]
    if len(found) > limit:
        last = {"pk": keys.users(tenant_id), "sk": keys.user(found[limit - 1].id)}
        return found[:limit], to_cursor(last, scope)
    return found, to_cursor(page.next_key, scope)
