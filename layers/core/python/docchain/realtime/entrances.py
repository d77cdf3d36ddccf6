"""A connection enters a room, and the room hears of it."""

from docchain.realtime.counters import Tally
from docchain.realtime.models import Connection
from docchain.realtime.presence import announce
from docchain.realtime.switchboard import Switchboard


def enter(board: Switchboard, connection: Connection, room_id: str, tally: Tally, events: tuple[str, ...] = ()) -> None:
    """Harmless to repeat; the filter of the last time counts. Raises ``ConnectionGone``, ``TooManyRooms``."""
    if room_id not in connection.rooms and board.rooms.join(connection, room_id, tally, events):
        announce(board, "user_joined_room", connection, room_id, tally)
    else:
        board.rooms.listen_to(connection, room_id, events)


def step_out(board: Switchboard, connection: Connection, room_id: str, tally: Tally) -> None:
    if board.rooms.leave(connection, room_id, tally):
        announce(board, "user_left_room", connection, room_id, tally)
