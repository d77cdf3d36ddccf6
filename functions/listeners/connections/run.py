"""A new connection is brought into its rooms and greeted; $connect itself runs before the socket is open."""

import time
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from docchain.entrypoints.listener import Change
from docchain.errors import DocchainError
from docchain.observability import logger
from docchain.realtime.access import entered_from_the_start
from docchain.realtime.counters import Tally
from docchain.realtime.departures import bury, close_quietly
from docchain.realtime.entrances import enter
from docchain.realtime.errors import ConnectionGone
from docchain.realtime.messages import greeting
from docchain.realtime.models import Connection
from docchain.realtime.push import THREADS_MOST
from docchain.realtime.switchboard import Switchboard

_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.5


def greet_newcomers(changes: list[Change], board: Switchboard) -> list[str]:
    """Those that must come again. Who was greeted before the first of them is not greeted twice."""
    newcomers = [Connection.model_validate(change.new) for change in changes]
    # Side by side: one that never opens is waited for, and must not hold up the others.
    with ThreadPoolExecutor(min(THREADS_MOST, len(newcomers))) as threads:
        greeted = list(threads.map(lambda newcomer: _is_settled(board, newcomer), newcomers))
    return [change.sequence for change, is_settled in zip(changes, greeted, strict=True) if not is_settled]


def _is_settled(board: Switchboard, newcomer: Connection) -> bool:
    try:
        _greet(board, newcomer)
    except (DocchainError, BotoCoreError, AwsError) as error:
        logger.warning("not greeted", extra={"connection": newcomer.connection}, exc_info=error)
        return False
    return True


def _greet(board: Switchboard, newcomer: Connection) -> None:
    tally = Tally()
    try:
        _wait_until_open(board, newcomer)
        # Into the rooms before the greeting: whoever was greeted misses nothing.
        for room_id in entered_from_the_start(newcomer):
            enter(board, newcomer, room_id, tally)
        room = board.rooms.read(newcomer.tenant_id, newcomer.target_room) if newcomer.target_room else None
        board.push.post(newcomer.connection, greeting(newcomer, room))
        tally.messages_sent += 1
    except ConnectionGone:
        close_quietly(board, newcomer.connection)  # open, yet buried: its session was revoked meanwhile
        bury(board, newcomer.tenant_id, newcomer.connection, tally)
    finally:
        tally.write(board.table)


def _wait_until_open(board: Switchboard, newcomer: Connection) -> None:
    """Raises ``ConnectionGone`` for one that has not opened in ten seconds."""
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            board.push.check(newcomer.connection)
            return
        except ConnectionGone:
            if not newcomer.may_be_opening or board.connections.read(newcomer.tenant_id, newcomer.connection) is None:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
