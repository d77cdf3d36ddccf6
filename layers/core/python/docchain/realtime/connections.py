"""Connections in DynamoDB: opened, found by socket and by session, listed by age, removed for good."""

from dataclasses import dataclass

from docchain.clock import epoch, now
from docchain.realtime import keys
from docchain.realtime.dues import due_of
from docchain.realtime.errors import TooManyConnections
from docchain.realtime.models import IDLE_SECONDS, WINDOW_SECONDS, Connection
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Page, Table

# One person's sockets in one session: so many are closed within seconds when the session is revoked.
PER_SESSION_MOST = 1000
# Those that open at the same moment may be a few more.
_READ_MOST = 2 * PER_SESSION_MOST


@dataclass(frozen=True)
class ConnectionRepository:
    table: Table

    def open(self, connection: Connection) -> None:
        """The connection, the three ways to find it and when to look after it, in one transaction.

        Raises ``TooManyConnections``.
        """
        self._check_there_is_room(connection)
        found_by = {"entity": "pointer", "connection": connection.connection}
        directory = {**found_by, "tenant_id": connection.tenant_id}
        age_pk, age_sk = _by_age(connection)
        pk = keys.connection(connection.tenant_id, connection.connection)
        item = {"pk": pk, "sk": keys.CONNECTION, "entity": "connection", **connection.model_dump(mode="json")}
        actions = [
            self.table.putting(item, when=Attr("pk").not_exists()),
            self.table.putting({"pk": keys.directory(connection.connection), "sk": keys.DIRECTORY, **directory}),
            self.table.putting({"pk": age_pk, "sk": age_sk, **found_by, "connected_at": connection.connected_at}),
            self.table.putting(due_of(connection.tenant_id, connection.connection, epoch() + IDLE_SECONDS).item()),
        ]
        if connection.session_id:
            session_pk, session_sk = _by_session(connection.tenant_id, connection.session_id, connection.connection)
            actions.append(self.table.putting({"pk": session_pk, "sk": session_sk, **found_by}))
        self.table.transact(actions)

    def _check_there_is_room(self, connection: Connection) -> None:
        if connection.session_id is None:
            return
        if len(self.read_session(connection.tenant_id, connection.session_id)) >= PER_SESSION_MOST:
            raise TooManyConnections(PER_SESSION_MOST)

    def find(self, connection: str) -> Connection | None:
        """By API Gateway's id alone, which is all that a message or an end brings along."""
        item = self.table.get(keys.directory(connection), keys.DIRECTORY, consistent=True)
        return self.read(item["tenant_id"], connection) if item else None

    def hear(self, connection: str) -> Connection | None:
        """As ``find``, and counts what it says in a window of time. Two calls, and a third once in a window."""
        entry = self.table.get(keys.directory(connection), keys.DIRECTORY, consistent=True)
        if entry is None:
            return None
        place, window = (keys.connection(entry["tenant_id"], connection), keys.CONNECTION), epoch() // WINDOW_SECONDS
        try:
            item = self.table.update(*place, add={"said": 1}, set_={"heard_at": now()}, when=Attr("pk").exists())
        except ConditionFailed:
            return None
        heard = Connection.model_validate(item)
        if heard.window == window:
            return heard
        try:
            other = Attr("window").not_exists() | Attr("window").lt(window)
            item = self.table.update(*place, set_={"window": window, "said": 1}, when=Attr("pk").exists() & other)
        except ConditionFailed:  # the window was begun by a message beside this one, which counts for both
            return heard.model_copy(update={"said": 1})
        return Connection.model_validate(item)

    def read(self, tenant_id: str, connection: str) -> Connection | None:
        item = self.table.get(keys.connection(tenant_id, connection), keys.CONNECTION, consistent=True)
        return Connection.model_validate(item) if item else None

    def read_many(self, tenant_id: str, connections: list[str]) -> list[Connection]:
        """In the order asked for; those that are gone are left out."""
        wanted = [(keys.connection(tenant_id, c), keys.CONNECTION) for c in connections]
        found = self.table.get_many(wanted, consistent=True)
        return [Connection.model_validate(found[key]) for key in wanted if key in found]

    def read_session(self, tenant_id: str, session_id: str) -> list[str]:
        """The sockets of a session."""
        pk = keys.session(tenant_id, session_id)
        items = self.table.query_all(pk, prefix=keys.SESSION_PREFIX, most=_READ_MOST, consistent=True)
        return [item["connection"] for item in items]

    def read_page(
        self, tenant_id: str, *, limit: int | None, start_key: Item | None = None
    ) -> tuple[list[Connection], Page]:
        """Oldest first."""
        page = self.table.query(keys.connections(tenant_id), limit=limit, start_key=start_key)
        return self.read_many(tenant_id, [item["connection"] for item in page.items]), page

    def remove(self, connection: Connection) -> bool:
        """``False`` when somebody else removed it, or when it has entered a room meanwhile."""
        pk = keys.connection(connection.tenant_id, connection.connection)
        actions = [
            self.table.deleting(pk, keys.CONNECTION, when=Attr("pk").exists() & Attr("rooms").size().eq(0)),
            self.table.deleting(keys.directory(connection.connection), keys.DIRECTORY),
            self.table.deleting(*_by_age(connection)),
        ]
        if connection.session_id:
            actions.append(
                self.table.deleting(*_by_session(connection.tenant_id, connection.session_id, connection.connection))
            )
        try:
            self.table.transact(actions)
        except ConditionFailed:
            return False
        return True


def _by_age(connection: Connection) -> tuple[str, str]:
    return keys.connections(connection.tenant_id), f"{connection.connected_at}#{connection.connection}"


def _by_session(tenant_id: str, session_id: str, connection: str) -> tuple[str, str]:
    return keys.session(tenant_id, session_id), f"{keys.SESSION_PREFIX}{connection}"
