"""Sessions in DynamoDB, read together with the user they speak for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import now
from docchain.events.models import Event
from docchain.identity import keys, open_sessions
from docchain.identity.addresses import blocks_of, is_blocked
from docchain.identity.models import Session, User
from docchain.identity.open_sessions import OpenSessions
from docchain.identity.policies import Policies, SessionPolicy, to_policies
from docchain.identity.users import to_user
from docchain.observability import logger
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

TOUCHED_EVERY_SECONDS: Final = 60
# Sessions that one transaction ends: two members each, of DynamoDB's hundred.
AT_ONCE: Final = 40
_TRIES = 8


@dataclass(frozen=True)
class SessionRepository:
    table: Table

    def find_live(self, tenant_id: str, session_id: str, user_id: int) -> tuple[Session, User] | None:
        """One read, consistent: what was revoked a moment ago is not live, nor what was idle for too long."""
        live = self.look_up(tenant_id, session_id, user_id)
        return (live.session, live.user) if live else None

    def look_up(self, tenant_id: str, session_id: str, user_id: int, address: str = "") -> "LiveSession | None":
        """The same with the tenant's policies, which say how long a session may be idle, and with what blocks the
        address that asks, if one is given."""
        at = (keys.session(tenant_id, session_id), keys.SESSION)
        of = (keys.users(tenant_id), keys.user(user_id))
        by = (keys.policies(tenant_id), keys.POLICIES)
        blocks = blocks_of(tenant_id, address) if address else []
        found = self.table.get_many([at, of, by, *blocks], consistent=True)
        if at not in found or of not in found:
            return None
        session, user = to_session(tenant_id, found[at]), to_user(tenant_id, found[of])
        policies = to_policies(found.get(by))
        if not session.speaks_for(user) or session.idled_out(policies.session.timeout_minutes):
            return None
        return LiveSession(session, user, policies, bool(address) and is_blocked(found, tenant_id, address))

    def touch(self, session: Session) -> None:
        """Notes that it was used, at most once a minute and only while it is open."""
        if session.seconds_idle() < TOUCHED_EVERY_SECONDS:
            return
        try:
            self.table.update(
                keys.session(session.tenant_id, session.id),
                keys.SESSION,
                set_={"last_seen_at": now()},
                when=Attr("last_seen_at").eq(session.last_seen_at) & Attr("revoked_at").not_exists(),
            )
        except ConditionFailed:
            return  # another call of this minute was first, or the session has just ended
        except (BotoCoreError, ClientError) as error:
            # A note that could not be taken is no reason to refuse the caller: the next call takes it.
            logger.warning("session not touched", extra={"session": session.id, "fault": str(error)})

    def proving(self, tenant_id: str, session_id: str, user_id: int, moment: int) -> Action:
        """Notes that the second factor was proved in it; fails for a session that has ended."""
        return self.table.updating(
            keys.session(tenant_id, session_id),
            keys.SESSION,
            set_={"mfa_at": moment},
            when=Attr("user_id").eq(user_id) & Attr("revoked_at").not_exists(),
        )

    def read_open(self, tenant_id: str, user_id: int) -> list[Session]:
        """Two reads, consistent; newest first. At most as many as the policies allow."""
        register, by = open_sessions.address_of(tenant_id, user_id), (keys.policies(tenant_id), keys.POLICIES)
        found = self.table.get_many([register, by], consistent=True)
        known = open_sessions.to_open_sessions(tenant_id, user_id, found.get(register))
        timeout = to_policies(found.get(by)).session.timeout_minutes
        stored = self._stored(known)
        listed = [stored[i] for i in reversed(known.ids) if i in stored]
        return [s for s in listed if s.is_open() and not s.idled_out(timeout)]

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

    def revoke(
        self,
        tenant_id: str,
        session_id: str,
        user_id: int,
        *,
        reason: str,
        actor: str | None,
        also: Sequence[Action] = (),
    ) -> bool:
        """The end of a session and the news of it are one write. ``False`` when it had ended, or is another user's."""
        actions = [
            *also,
            *self._ending(tenant_id, session_id, user_id, reason, actor),
            open_sessions.removing(self.table, tenant_id, user_id, session_id),
        ]
        try:
            self.table.transact(actions)
        except ConditionFailed:
            return False
        return True

    def revoke_all(
        self, tenant_id: str, user_id: int, *, reason: str, actor: str | None, keep: str | None = None
    ) -> int:
        """How many of the user's sessions this call ended; ``keep`` is the id of one that goes on."""
        count = 0
        for _ in range(_TRIES):
            known = self.read_known(tenant_id, user_id)
            ids = tuple(i for i in known.ids if i != keep)[:AT_ONCE]
            if not ids:
                return count
            stored = self._stored(known)
            closing = [i for i in ids if i in stored and stored[i].revoked_at is None]
            actions = [a for i in closing for a in self._ending(tenant_id, i, user_id, reason, actor)]
            try:
                self.table.transact([*actions, open_sessions.changing(self.table, known, ended=ids)])
            except ConditionFailed:
                continue  # one of them ended, or one more was opened
            count += len(closing)
        raise TooMuchContention("Sessions of this user are opened and ended too often; try again.")

    def making_room(self, known: OpenSessions, policy: SessionPolicy) -> tuple[list[Action], tuple[str, ...]]:
        """What must end so that one more may be opened: the idle ones, then the oldest; and the ids that are gone.

        One read, and only when there is no room.
        """
        if len(known.ids) < policy.max_concurrent:
            return [], ()
        stored = self._stored(known)
        gone = [i for i in known.ids if i not in stored or not stored[i].is_open()]
        idle = [i for i in known.ids if i not in gone and stored[i].idled_out(policy.timeout_minutes)]
        live = [i for i in known.ids if i not in gone and i not in idle]
        surplus = live[: max(0, len(live) - policy.max_concurrent + 1)]
        reasons = [*((i, "idle") for i in idle), *((i, "too_many_sessions") for i in surplus)][:AT_ONCE]
        actions = [a for i, why in reasons for a in self._ending(known.tenant_id, i, known.user_id, why, None)]
        return actions, (*gone, *(i for i, _ in reasons))

    def _ending(
        self, tenant_id: str, session_id: str, user_id: int, reason: str, actor: str | None
    ) -> tuple[Action, Action]:
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
            when=Attr("user_id").eq(user_id) & Attr("revoked_at").not_exists(),
        )
        return ending, self.table.putting(event_item(fact))

    def read_known(self, tenant_id: str, user_id: int) -> OpenSessions:
        item = self.table.get(*open_sessions.address_of(tenant_id, user_id), consistent=True)
        return open_sessions.to_open_sessions(tenant_id, user_id, item)

    def _stored(self, known: OpenSessions) -> dict[str, Session]:
        at = [(keys.session(known.tenant_id, i), keys.SESSION) for i in known.ids]
        found = self.table.get_many(at, consistent=True).values()
        return {item["id"]: to_session(known.tenant_id, item) for item in found}


@dataclass(frozen=True)
class LiveSession:
    session: Session
    user: User
    policies: Policies
    from_blocked_address: bool = False


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
