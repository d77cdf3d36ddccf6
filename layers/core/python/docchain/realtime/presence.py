"""Who came and who went, told to the others of a room at once: it has no number and no history."""

from docchain.realtime import keys, messages
from docchain.realtime.counters import Tally
from docchain.realtime.models import Connection
from docchain.realtime.push import deliver
from docchain.realtime.switchboard import Switchboard

# In a larger room each of n would hear of n; who is there is asked over REST.
ANNOUNCED_MOST = 100


def announce(board: Switchboard, kind: messages.MoveKind, mover: Connection, room_id: str, tally: Tally) -> None:
    """``user_joined_room`` or ``user_left_room``, to the others. Not in ``system``: everybody passes through it.
    Whoever is gone is found by the next event or by age."""
    if room_id == keys.SYSTEM_ROOM:
        return
    members, page = board.rooms.read_members_page(mover.tenant_id, room_id, limit=ANNOUNCED_MOST, start_key=None)
    if page.next_key:
        return
    message = messages.moved(kind, room_id, mover)
    others = [member for member in members if member.connection != mover.connection]
    tally.messages_sent += deliver(board.push, {m.connection: [message] for m in others}).sent
