"""Sessions were revoked: their sockets hear why and are closed. Hearing it twice closes nothing twice."""

from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from docchain.errors import DependencyUnavailable, DocchainError
from docchain.events.models import Event
from docchain.observability import logger
from docchain.realtime.counters import Tally
from docchain.realtime.departures import hang_up
from docchain.realtime.messages import session_over
from docchain.realtime.models import Connection
from docchain.realtime.push import THREADS_MOST
from docchain.realtime.switchboard import Switchboard


def close_sockets(fact: Event, board: Switchboard) -> None:
    """``session.revoked`` names one session, ``sessions.revoked`` all that a user had.

    Raises ``DependencyUnavailable`` when one of them is left, after all others: the event comes again.
    """
    sessions = fact.data["session_ids"] if "session_ids" in fact.data else [fact.data["session_id"]]
    sockets = [s for session_id in sessions for s in board.connections.read_session(fact.tenant_id, session_id)]
    connections = board.connections.read_many(fact.tenant_id, sockets)
    with ThreadPoolExecutor(THREADS_MOST) as threads:
        closed = list(threads.map(lambda connection: _close(board, connection), connections))
    if left := closed.count(False):
        raise DependencyUnavailable(f"{left} of {len(closed)} sockets could not be closed.")


def _close(board: Switchboard, connection: Connection) -> bool:
    tally = Tally()
    try:
        hang_up(board, connection, session_over(), tally)
    except (DocchainError, BotoCoreError, AwsError) as error:
        logger.warning("a socket was not closed", extra={"connection": connection.connection}, exc_info=error)
        return False
    finally:
        tally.write(board.table)
    return True
