"""Sessions were revoked: their sockets hear why and are closed. Hearing it twice closes nothing twice."""

from docchain.events.models import Event
from docchain.realtime.counters import Tally
from docchain.realtime.departures import hang_up
from docchain.realtime.messages import session_over
from docchain.realtime.switchboard import Switchboard


def close_sockets(fact: Event, board: Switchboard) -> None:
    """``session.revoked`` names one session, ``sessions.revoked`` all that a user had."""
    tally = Tally()
    sessions = fact.data["session_ids"] if "session_ids" in fact.data else [fact.data["session_id"]]
    sockets = [s for session_id in sessions for s in board.connections.read_session(fact.tenant_id, session_id)]
    try:
        for connection in board.connections.read_many(fact.tenant_id, sockets):
            hang_up(board, connection, session_over(), tally)
    finally:
        tally.write(board.table)
