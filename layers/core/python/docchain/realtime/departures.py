"""A connection ends: out of its rooms, out of the table, and those who stay hear of it."""

from docchain.realtime.counters import Tally
from docchain.realtime.errors import ConnectionGone
from docchain.realtime.models import Connection
from docchain.realtime.presence import announce
from docchain.realtime.push import Message
from docchain.realtime.switchboard import Switchboard

_ATTEMPTS = 5


def bury(board: Switchboard, tenant_id: str, connection: str, tally: Tally) -> bool:
    """Harmless to repeat, also at the same time. ``False`` when somebody else did it.

    The connection's item goes last: a burial that was cut is found again by its age.
    """
    for _ in range(_ATTEMPTS):
        present = board.connections.read(tenant_id, connection)
        if present is None:
            return False
        for room_id in present.rooms:
            if board.rooms.leave(present, room_id, tally):
                announce(board, "user_left_room", present, room_id, tally)
        if board.connections.remove(present):
            tally.active_connections -= 1
            return True
    return False


def bury_gone(board: Switchboard, tenant_id: str, gone: list[str], tally: Tally) -> None:
    """Those to which API Gateway said 410, unless they are only about to open."""
    for connection in board.connections.read_many(tenant_id, gone):
        if not connection.may_be_opening:
            bury(board, tenant_id, connection.connection, tally)


def hang_up(board: Switchboard, connection: Connection, last_word: Message, tally: Tally) -> None:
    """Says why, closes the socket and buries the connection, without waiting for $disconnect to be told."""
    try:
        board.push.post(connection.connection, last_word)
        tally.messages_sent += 1
    except ConnectionGone:
        pass
    close_quietly(board, connection.connection)
    bury(board, connection.tenant_id, connection.connection, tally)


def close_quietly(board: Switchboard, connection: str) -> None:
    try:
        board.push.close(connection)
    except ConnectionGone:
        return
