"""A session was revoked: its sockets hear why and are closed. Hearing it twice closes nothing twice."""

from docchain.events.models import Event
from docchain.realtime.counters import Tally
from docchain.realtime.departures import hang_up
from docchain.realtime.messages import session_over
from docchain.realtime.switchboard import Switchboard


def close_sockets(fact: Event, board: Switchboard) -> None:
    tally = Tally()
    sockets = board.connections.read_session(fact.tenant_id, fact.data["session_id"])
    try:
        for connection in board.connections.read_many(fact.tenant_id, sockets):
            hang_up(board, connection, session_over(), tally)
    finally:
        tally.write(board.table)
