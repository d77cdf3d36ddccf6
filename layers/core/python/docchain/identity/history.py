"""Earlier passwords of an account: hashes, newest first, as many as the tenant's policy wants remembered."""

from docchain.errors import ValidationFailed
from docchain.identity import keys
from docchain.identity.models import User
from docchain.identity.passwords import Passwords
from docchain.storage.items import Item
from docchain.storage.table import Action, Table


class PasswordUsedBefore(ValidationFailed):
    code = "PASSWORD_USED_BEFORE"

    def __init__(self, most: int) -> None:
        message = f"is one of your last {most}" if most > 1 else "is the one you have"
        super().__init__(f"password: {message}", details=[{"field": "password", "message": message}])


def address_of(tenant_id: str, user_id: int) -> tuple[str, str]:
    return keys.account(tenant_id, user_id), keys.HISTORY


def to_hashes(item: Item | None) -> list[str]:
    return list(item["hashes"]) if item else []


def require_new(passwords: Passwords, user: User, earlier: list[str], password: str, most: int) -> None:
    """The one in use counts as the first of ``most``. Hashes as often as it remembers: only who sets a password waits.

    Raises ``PasswordUsedBefore``.
    """
    if any(passwords.matches(kept, password) for kept in [user.password_hash, *earlier][:most]):
        raise PasswordUsedBefore(most)


def remembering(table: Table, user: User, earlier: list[str], most: int) -> Action:
    """What is in use becomes the newest of the earlier ones."""
    pk, sk = address_of(user.tenant_id, user.id)
    hashes = [user.password_hash, *earlier][: max(0, most - 1)]
    return table.putting({"pk": pk, "sk": sk, "entity": "history", "hashes": hashes})
