"""Looks at the connections whose moment has come. The note of the moment goes last: a sweep that dies is made again."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from docchain.clock import epoch
from docchain.errors import DocchainError
from docchain.observability import logger
from docchain.realtime.counters import Tally
from docchain.realtime.departures import bury, hang_up
from docchain.realtime.dues import Due, dues_until, put_off, settle
from docchain.realtime.errors import ConnectionGone
from docchain.realtime.messages import idle
from docchain.realtime.models import IDLE_SECONDS
from docchain.realtime.push import THREADS_MOST
from docchain.realtime.switchboard import Switchboard

# Of each of eight shards: 2,000 a minute, which is 20,000 connections that are each looked at every ten minutes.
_MOST_OF_SHARD = 250


def sweep(board: Switchboard) -> dict[str, int]:
    dues = list(dues_until(board.table, epoch(), _MOST_OF_SHARD))
    with ThreadPoolExecutor(THREADS_MOST) as threads:
        return dict(Counter(threads.map(lambda due: _look_at(board, due), dues)))


def _look_at(board: Switchboard, due: Due) -> str:
    tally = Tally()
    try:
        return _settle_or_put_off(board, due, tally)
    except (DocchainError, BotoCoreError, AwsError) as error:
        logger.error("a connection could not be looked at", extra={"connection": due.connection}, exc_info=error)
        return "failed"
    finally:
        tally.write(board.table)


def _settle_or_put_off(board: Switchboard, due: Due, tally: Tally) -> str:
    connection = board.connections.read(due.tenant_id, due.connection)
    if connection is None:
        settle(board.table, due)
        return "over"
    if connection.silent_seconds >= IDLE_SECONDS:
        return "silent" if _over(board, due, is_buried=hang_up(board, connection, idle(), tally)) else "moving"
    try:
        board.push.check(connection.connection)
    except ConnectionGone:
        if connection.may_be_opening:
            return "opening"
        is_buried = bury(board, due.tenant_id, due.connection, tally)
        return "gone" if _over(board, due, is_buried=is_buried) else "moving"
    put_off(board.table, due, epoch() + max(1, IDLE_SECONDS - int(connection.silent_seconds)))
    return "alive"


def _over(board: Switchboard, due: Due, *, is_buried: bool) -> bool:
    """Who entered rooms faster than it was led out of them is looked at again: without a note nobody ever would."""
    if is_buried:
        settle(board.table, due)
    return is_buried
