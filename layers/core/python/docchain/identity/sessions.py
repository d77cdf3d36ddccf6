"""Sessions in DynamoDB, read together with the user they speak for."""

from dataclasses import dataclass

from docchain.clock import now
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.models import Session, User
from docchain.identity.users import to_user
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table


@dataclass(frozen=True)
class SessionRepository:
    table: Table

    def find_live(self, tenant_id: str, session_id: str, user_id: int) -> tuple[Session, User] | None:
        """One read, consistent: what was revoked a moment ago is not live."""
        at = (keys.session(tenant_id, session_id), keys.SESSION)
        of = (keys.users(tenant_id), keys.user(user_id))
        found = self.table.get_many([at, of], consistent=True)
        if at not in found or of not in found:
            return None
        session, user = to_session(tenant_id, found[at]), to_user(tenant_id, found[of])
        return (session, user) if session.speaks_for(user) else None

    def find(self, tenant_id: str, session_id: str) -> Session | None:
        item = self.table.get(keys.session(tenant_id, session_id), keys.SESSION, consistent=True)
        return to_session(tenant_id, item) if item else None

    def opening(self, session: Session) -> Action:
        return self.table.putting(_item(session))

    def rotate(self, session: Session, refresh_hash: str, expires_at: int) -> bool:
        """Whether this call is the one that exchanged the session's current refresh token."""
        current = Attr("refresh_hash").eq(session.refresh_hash) & Attr("revoked_at").not_exists()
        try:
            self.table.update(
                keys.session(session.tenant_id, session.id),
                keys.SESSION,
                set_={"refresh_hash": refresh_hash, "expires_at": expires_at, "last_seen_at": now()},
                when=current,
            )
        except ConditionFailed:
            # After a lost acknowledgement the SDK writes again and fails on its own first write.
            stored = self.find(session.tenant_id, session.id)
            return stored is not None and stored.refresh_hash == refresh_hash and stored.revoked_at is None
        return True

    def revoke(self, tenant_id: str, session_id: str, user_id: int, *, reason: str, actor: str | None) -> bool:
        """The end of a session and the news of it are one write. ``False`` when it had ended before."""
        fact = Event(
            type="session.revoked",
            tenant_id=tenant_id,
            subject=f"sessions/{session_id}",
            actor=actor,
            data={"session_id": session_id, "user_id": user_id, "reason": reason},
        )
        ending = self.table.updating(
            keys.session(tenant_id, session_id),
            keys.SESSION,
            set_={"revoked_at": now(), "revoked_reason": reason},
            when=Attr("pk").exists() & Attr("revoked_at").not_exists(),
        )
        try:
            self.table.transact([ending, self.table.putting(event_item(fact))])
        except ConditionFailed:
            return False
        return True


def to_session(tenant_id: str, item: Item) -> Session:
    return Session.model_validate({**item, "tenant_id": tenant_id})


def _item(session: Session) -> Item:
    return {
        "pk": keys.session(session.tenant_id, session.id),
        "sk": keys.SESSION,
        "entity": "session",
        "gsi_pk": keys.sessions_of(session.tenant_id, session.user_id),
        "gsi_sk": session.created_at,
        **session.model_dump(exclude={"tenant_id"}),
    }
