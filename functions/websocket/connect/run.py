"""Who may open a socket, and as whom. Its greeting follows once the socket is open: see listeners/connections."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from docchain.auth.caller import Caller
from docchain.auth.errors import AddressRefused
from docchain.clock import now
from docchain.entrypoints.websocket import SocketCall
from docchain.errors import ClientError, NotFound, Unauthorized
from docchain.realtime import keys
from docchain.realtime.connections import ConnectionRepository
from docchain.realtime.counters import Tally
from docchain.realtime.models import Connection, Target
from docchain.workflows.repository import WorkflowRepository

_LABEL = re.compile(r"[A-Za-z0-9_-]{1,128}")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_USER_AGENT_MOST = 256


@dataclass(frozen=True)
class Doorkeeper:
    """``identify`` answers whose access token it is, sent from which address, or raises ``Unauthorized``. ``admit``
    counts a call of somebody, or of an address, among all theirs of the minute, or raises ``TooManyRequests``.
    """

    connections: ConnectionRepository
    workflows: WorkflowRepository
    identify: Callable[[str, str], Caller]
    admit: Callable[[Caller | None, str], object]


def open_connection(call: SocketCall, doorkeeper: Doorkeeper) -> None:
    """``user_id`` in the query is never believed: the token says who it is, and without one it is nobody."""
    label = call.query.get("connection_id", "")
    if not _LABEL.fullmatch(label):
        raise ClientError("connection_id is required: 1 to 128 letters, digits, _ or -.")
    target, target_id = _target(call.query)
    caller = _admitted(call, doorkeeper)
    connection = Connection(
        connection=call.connection,
        connection_id=label,
        connected_at=now(),
        target=target,
        target_id=target_id,
        source_ip=call.source_ip,
        user_agent=call.user_agent[:_USER_AGENT_MOST],
    )
    if caller:
        connection = _belonging_to(caller, connection, doorkeeper.workflows)
    doorkeeper.connections.open(connection)
    Tally(total_connections=1, active_connections=1).write(doorkeeper.connections.table)
    if caller:
        _check_again(call, connection, doorkeeper)


def _admitted(call: SocketCall, doorkeeper: Doorkeeper) -> Caller | None:
    """Tries with tokens that are none count as well."""
    caller = None
    try:
        caller = _identified(call, doorkeeper) if "token" in call.query else None
    finally:
        doorkeeper.admit(caller, call.source_ip)
    return caller


def _identified(call: SocketCall, doorkeeper: Doorkeeper) -> Caller:
    """Raises ``Unauthorized``, and ``AddressRefused`` for an address that the tenant has blocked, as REST does."""
    caller = doorkeeper.identify(call.query["token"], call.source_ip)
    if caller.blocked_address:
        raise AddressRefused
    return caller


def _target(query: dict[str, str]) -> tuple[Target | None, int | None]:
    """The front turns the trailing ``/workflow/7`` or ``/user/1`` of the address into these two."""
    number = query.get("target_id", "")
    match query.get("target"):
        case None:
            return None, None
        case "workflow" | "user" as target if _NUMBER.fullmatch(number):
            return target, int(number)
    raise ClientError("The address ends in /workflow/{id} or /user/{id}, or in nothing.")


def _belonging_to(caller: Caller, connection: Connection, workflows: WorkflowRepository) -> Connection:
    return connection.model_copy(
        update={
            "tenant_id": caller.tenant_id,
            "user_id": caller.user_id,
            "username": caller.username,
            "session_id": caller.session_id,
            "roles": tuple(sorted(caller.roles)),
            "target_room": _target_room(caller, connection, workflows),
        }
    )


def _target_room(caller: Caller, connection: Connection, workflows: WorkflowRepository) -> str | None:
    """Only one's own user room, and only a workflow of one's own tenant."""
    match connection.target, connection.target_id:
        case "user", int(user_id) if user_id == caller.user_id:
            return keys.user_room(user_id)
        case "workflow", int(workflow_id):
            try:
                workflows.read(caller.tenant_id, workflow_id)
            except NotFound:
                return None
            return keys.workflow_room(workflow_id)
    return None


def _check_again(call: SocketCall, connection: Connection, doorkeeper: Doorkeeper) -> None:
    """A session revoked before the connection was written is seen here; one revoked after, by its listener."""
    try:
        _identified(call, doorkeeper)
    except (Unauthorized, AddressRefused):
        if doorkeeper.connections.remove(connection):
            Tally(active_connections=-1).write(doorkeeper.connections.table)
        raise
