"""Which rooms there are, and who may enter which.

| room | what happens there | who |
|---|---|---|
| ``system`` | what concerns everybody of the tenant | everybody, from the start |
| ``security`` | threats, locks, what administrators should see | who may read the audit, from the start |
| ``user_{id}`` | what concerns one person | that person alone, from the start |
| ``workflow_{id}``, ``run_{id}``, ``task_{id}`` | one of these, a workflow's runs | who may read it, if it exists |
| any other name | what the tenant's own programs publish there | everybody of the tenant |
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from docchain.auth.permissions import scopes_of
from docchain.errors import NotFound
from docchain.realtime import keys
from docchain.realtime.models import Connection
from docchain.runs.repository import RunRepository
from docchain.tasks.repository import TaskRepository
from docchain.workflows.repository import WorkflowRepository

ROOM_PATTERN: Final = r"^[a-z0-9][A-Za-z0-9_-]{0,63}$"
OVERSIGHT: Final = "audit:read"
# What opens the room of a thing is what opens the thing itself: an API key need not have both.
_OPENED_BY: Final = {"workflow": "workflows:read", "run": "workflows:read", "task": "background:read"}
_OF_A_THING: Final = re.compile(r"(user|workflow|run)_([1-9][0-9]{0,14})|(task)_([0-9a-f-]{36})")
_RESERVED: Final = re.compile(r"(user|workflow|run|task)_.*|user|workflow|run|task|all")


class RoomNotFound(NotFound):
    """Also for a room that one may not enter: who is not in it learns nothing of it."""

    code = "ROOM_NOT_FOUND"

    def __init__(self, room_id: str) -> None:
        super().__init__(f"There is no room {room_id} for you.", details={"room_id": room_id})


@dataclass(frozen=True)
class Visitor:
    tenant_id: str
    user_id: int | None
    scopes: frozenset[str]


class Thing(NamedTuple):
    kind: str
    id: str


@dataclass(frozen=True)
class Registers:
    """Where it is looked up whether a thing that has a room exists."""

    workflows: WorkflowRepository
    runs: RunRepository
    tasks: TaskRepository

    def check_there_is(self, tenant_id: str, thing: Thing) -> None:
        """One read. Raises ``NotFound``. Of people it knows nothing."""
        match thing:
            case Thing("workflow", number):
                self.workflows.read(tenant_id, int(number))
            case Thing("run", number):
                self.runs.read(tenant_id, int(number))
            case Thing("task", name):
                self.tasks.read(tenant_id, name)


def visitor_of(connection: Connection) -> Visitor:
    return Visitor(connection.tenant_id, connection.user_id, scopes_of(frozenset(connection.roles)))


def check_entrance(who: Visitor, room_id: str, registers: Registers) -> None:
    """One read at most. Raises ``RoomNotFound``, and what the registers raise for what is not there."""
    thing = thing_of(room_id)
    needed = _OPENED_BY.get(thing.kind) if thing else OVERSIGHT if room_id == keys.SECURITY_ROOM else None
    if needed and needed not in who.scopes:
        raise RoomNotFound(room_id)
    if thing and thing.kind == "user" and int(thing.id) != who.user_id:
        raise RoomNotFound(room_id)
    if thing:
        registers.check_there_is(who.tenant_id, thing)


def thing_of(room_id: str) -> Thing | None:
    """``workflow_7`` → ``("workflow", "7")``. Raises ``RoomNotFound`` for a name that only looks like one of these."""
    if not re.fullmatch(ROOM_PATTERN, room_id):
        raise RoomNotFound(room_id)
    if named := _OF_A_THING.fullmatch(room_id):
        return Thing(named[1] or named[3], named[2] or named[4])
    if _RESERVED.fullmatch(room_id):
        raise RoomNotFound(room_id)
    return None


def entered_from_the_start(connection: Connection) -> list[str]:
    """Nobody without a name is in any room."""
    if connection.user_id is None:
        return []
    wanted = [keys.SYSTEM_ROOM, keys.user_room(connection.user_id), connection.target_room]
    if OVERSIGHT in scopes_of(frozenset(connection.roles)):
        wanted.append(keys.SECURITY_ROOM)
    return list(dict.fromkeys(room_id for room_id in wanted if room_id))
