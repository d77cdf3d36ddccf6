"""Who asked for a task, and whom it writes to: people of its tenant, as they are now."""

from dataclasses import dataclass, field

from docchain.auth.permissions import scopes_of
from docchain.identity.models import User
from docchain.identity.recipients import find_strangers
from docchain.identity.users import UserRepository
from docchain.storage.table import Table
from docchain.tasks.errors import TaskRefused
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.shapes import SCOPES


@dataclass(frozen=True)
class People:
    identity: Table = field(repr=False)

    @property
    def users(self) -> UserRepository:
        return UserRepository(self.identity)

    def asker(self, context: TaskContext, kind: str) -> User:
        """Raises ``TaskRefused`` for one who left, or may not do that any more: a task can wait for months."""
        user = self.users.find(context.tenant, context.user_id)
        if user is None or not user.is_active:
            raise TaskRefused("Who asked for this task has no account any more.", code="TASK_ASKER_GONE")
        if missing := set(SCOPES[kind]) - scopes_of(frozenset(user.roles)):
            says = f"Who asked for this task may not do it any more: {', '.join(sorted(missing))}."
            raise TaskRefused(says, code="FORBIDDEN")
        return user

    def recipient(self, tenant: str, who: str | int) -> User:
        """By address, username or number. Raises ``TaskRefused`` for nobody, and for somebody of another tenant."""
        user = self._numbered(tenant, int(who)) if str(who).isdecimal() else self.users.find_by_login(str(who))
        if user is None or user.tenant_id != tenant or not user.is_active:
            told = [{"field": "metadata.recipient", "message": "is nobody of this tenant"}]
            raise TaskRefused("The recipient is nobody of this tenant.", code="RECIPIENT_UNKNOWN", details=told)
        return user

    def check_addresses(self, tenant: str, addresses: list[str]) -> None:
        """The stage's sender is no relay: letters go to people who have an account. Raises ``TaskRefused``."""
        if strangers := find_strangers(self.identity, tenant, addresses):
            told = [{"field": "metadata.to", "message": f"{len(strangers)} belong to nobody of this tenant"}]
            message = f"{len(strangers)} of {len(addresses)} addresses belong to nobody of this tenant."
            raise TaskRefused(message, code="RECIPIENT_UNKNOWN", details=told)

    def _numbered(self, tenant: str, number: int) -> User | None:
        return self.users.find(tenant, number) if number < 10**12 else None
