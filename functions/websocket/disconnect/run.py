"""What remains to do when a socket is closed, by whomever."""

from docchain.entrypoints.websocket import SocketCall
from docchain.realtime.counters import Tally
from docchain.realtime.departures import bury
from docchain.realtime.switchboard import Switchboard


def close_connection(call: SocketCall, board: Switchboard) -> None:
    connection = board.connections.find(call.connection)
    if connection is None:
        return
    tally = Tally()
    try:
        bury(board, connection.tenant_id, connection.connection, tally)
    finally:
        tally.write(board.table)
