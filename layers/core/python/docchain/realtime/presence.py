"""Who came and who went, told to the others of a room at once: it has no number and no history."""

from docchain.realtime import keys, messages
from docchain.realtime.counters import Tally
from docchain.realtime.models import Connection
from docchain.realtime.push import deliver
from docchain.realtime.switchboard import Switchboard

# In a larger room each of n would hear of n; who is there is asked over REST.
ANNOUNCED_MOST = 100
# Of one's own other connections: each of them passes through this room.
OWN_ANNOUNCED_MOST = 10
_PASSED_THROUGH = frozenset({keys.SYSTEM_ROOM, keys.SECURITY_ROOM})


def announce(board: Switchboard, kind: messages.MoveKind, mover: Connection, room_id: str, tally: Tally) -> None:
    """``user_joined_room`` or ``user_left_room``, to the others; who of them is gone is found by the next event."""
    if room_id in _PASSED_THROUGH:
        return
    most = OWN_ANNOUNCED_MOST if room_id.startswith(keys.USER_ROOM_PREFIX) else ANNOUNCED_MOST
    members, _ = board.rooms.read_members_page(mover.tenant_id, room_id, limit=most + 1, start_key=None)
    if len(members) > most:
        return
    message = messages.moved(kind, room_id, mover)
    others = [member for member in members if member.connection != mover.connection]
    tally.messages_sent += deliver(board.push, {m.connection: [message] for m in others}).sent
