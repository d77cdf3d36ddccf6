"""Users in DynamoDB, and the directory: the one lookup that is made before a tenant is known."""

from dataclasses import dataclass

from docchain.clock import now
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.errors import EmailTaken, UsernameTaken, UserNotFound
from docchain.identity.models import User
from docchain.identity.names import LONGEST, canonical
from docchain.identity.tenants import founded
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table


@dataclass(frozen=True)
class UserRepository:
    table: Table

    def find(self, tenant_id: str, user_id: int) -> User | None:
        item = self.table.get(keys.users(tenant_id), keys.user(user_id), consistent=True)
        return to_user(tenant_id, item) if item else None

    def read(self, tenant_id: str, user_id: int) -> User:
        user = self.find(tenant_id, user_id)
        if user is None:
            raise UserNotFound
        return user

    def find_by_login(self, login: str) -> User | None:
        """Two reads, whether there is such a user or not."""
        return self.find(*self.look_up(login))

    def look_up(self, login: str) -> tuple[str, int]:
        """Tenant and number behind a username or an email address; nobody is number 0 of ``_anonymous``."""
        name = canonical(login)[:LONGEST]
        pk = keys.email(name) if "@" in name else keys.username(name)
        entry = self.table.get(pk, keys.DIRECTORY, consistent=True)
        return (entry["tenant_id"], entry["user_id"]) if entry else (keys.ANONYMOUS, 0)

    def found_tenant(self, user: User, key: IdempotencyKey | None = None) -> None:
        """A new tenant, its first user, and both login names, or nothing.

        Raises ``UsernameTaken``, ``EmailTaken``, and ``ConditionFailed`` when the idempotency key was used meanwhile.
        """
        fact = Event(
            type="user.registered",
            tenant_id=user.tenant_id,
            subject=f"users/{user.id}",
            actor=user.username,
            data={"user_id": user.id},
        )
        tenant = founded(user)
        # Numbers go on behind the first user's.
        counter = {"pk": f"{user.tenant_id}#counter", "sk": "user", "entity": "counter", "value": user.id}
        actions = [
            *self.adding(user),
            self.table.putting(tenant, when=Attr("pk").not_exists()),
            self.table.putting(counter),
            self.table.putting(event_item(fact)),
        ]
        if key:
            actions.append(key.recording(self.table, {"tenant_id": user.tenant_id, "user_id": user.id}))
        try:
            self.table.transact(actions)
        except ConditionFailed as error:
            if key and len(actions) - 1 in error.failed:
                raise
            if 0 in error.failed:
                raise UsernameTaken from None
            if 1 in error.failed:
                raise EmailTaken from None
            raise

    def noting_login(self, user: User, *, password_hash: str | None = None) -> Action:
        """Only while the user may still log in with what was checked: not banned meanwhile, no new password."""
        changes = {"last_login_at": now()} | ({"password_hash": password_hash} if password_hash else {})
        return self.table.updating(
            keys.users(user.tenant_id),
            keys.user(user.id),
            set_=changes,
            when=Attr("token_version").eq(user.token_version) & Attr("is_active").eq(True),
        )

    def switching_mfa(self, user: User, *, on: bool) -> Action:
        unchanged = Attr("token_version").eq(user.token_version) & Attr("is_active").eq(True)
        at = (keys.users(user.tenant_id), keys.user(user.id))
        return self.table.updating(*at, set_={"mfa_enabled": on}, when=unchanged)

    def rehashing(self, user: User, password_hash: str | None) -> list[Action]:
        """The same password under today's costs; nothing for ``None``."""
        if password_hash is None:
            return []
        unchanged = Attr("token_version").eq(user.token_version)
        at = (keys.users(user.tenant_id), keys.user(user.id))
        return [self.table.updating(*at, set_={"password_hash": password_hash}, when=unchanged)]

    def setting_password(self, user: User, password_hash: str) -> Action:
        """Ends every token given out before. Only while the account is as it was read: open, with the same password."""
        return self.table.updating(
            keys.users(user.tenant_id),
            keys.user(user.id),
            set_={"password_hash": password_hash, "password_changed_at": now()},
            add={"token_version": 1},
            when=Attr("token_version").eq(user.token_version) & Attr("is_active").eq(True),
        )

    def adding(self, user: User) -> list[Action]:
        """Members 0 and 1 claim the name and the address, and fail where another has them; member 2 is the user."""
        return [
            self.claiming(keys.username(canonical(user.username)), user),
            self.claiming(keys.email(canonical(user.email)), user),
            self.table.putting(_item(user), when=Attr("pk").not_exists()),
        ]

    def claiming(self, pk: str, user: User) -> Action:
        item = {
            "pk": pk,
            "sk": keys.DIRECTORY,
            "entity": "directory",
            "tenant_id": user.tenant_id,
            "user_id": user.id,
        }
        return self.table.putting(item, when=Attr("pk").not_exists())

    def releasing(self, pk: str, user: User) -> Action:
        """Frees a login name, if it is still this user's."""
        own = Attr("tenant_id").eq(user.tenant_id) & Attr("user_id").eq(user.id)
        return self.table.deleting(pk, keys.DIRECTORY, when=own)


def to_user(tenant_id: str, item: Item) -> User:
    return User.model_validate({**item, "tenant_id": tenant_id})


def _item(user: User) -> Item:
    return {
        "pk": keys.users(user.tenant_id),
        "sk": keys.user(user.id),
        "entity": "user",
        **user.model_dump(exclude={"tenant_id"}),
    }
