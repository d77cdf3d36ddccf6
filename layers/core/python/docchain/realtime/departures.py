"""A connection ends: out of its rooms, out of the table, and those who stay hear of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from docchain.errors import DocchainError
from docchain.observability import logger
from docchain.realtime.counters import Tally
from docchain.realtime.errors import ConnectionGone
from docchain.realtime.models import Connection
from docchain.realtime.presence import announce
from docchain.realtime.push import Message
from docchain.realtime.switchboard import Switchboard

_ATTEMPTS = 5
# Burials cost more than pushes do: a whole room that is cut off at once must not use up the time of who pushes.
_BURIED_MOST = 30


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
    """Those to which API Gateway said 410, unless they are only about to open. Whom it leaves, the next push finds."""
    with left_to_the_sweep():
        for connection in board.connections.read_many(tenant_id, gone[:_BURIED_MOST]):
            if not connection.may_be_opening:
                with left_to_the_sweep():
                    bury(board, tenant_id, connection.connection, tally)


@contextmanager
def left_to_the_sweep() -> Iterator[None]:
    """For who has told others meanwhile: doing all of it again for the sake of one burial would tell them twice."""
    try:
        yield
    except (DocchainError, BotoCoreError, AwsError) as error:
        logger.warning("a connection is left to the sweep", exc_info=error)


def hang_up(board: Switchboard, connection: Connection, last_word: Message, tally: Tally) -> bool:
    """Says why, closes the socket and buries the connection, without waiting for $disconnect to be told.

    The last word may be lost and the socket stay open: in its rooms it hears nothing more. Answers as ``bury`` does.
    """
    try:
        board.push.post(connection.connection, last_word)
        tally.messages_sent += 1
    except ConnectionGone:
        pass
    except (BotoCoreError, AwsError) as error:
        logger.warning("a last word was lost", extra={"connection": connection.connection}, exc_info=error)
    try:
        close_quietly(board, connection.connection)
    finally:
        buried = bury(board, connection.tenant_id, connection.connection, tally)
    return buried


def close_quietly(board: Switchboard, connection: str) -> None:
    try:
        board.push.close(connection)
    except ConnectionGone:
        return
