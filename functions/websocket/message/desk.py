"""What a message's treatment leans on, and the visit that one message is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from docchain.realtime.access import Registers
from docchain.realtime.counters import Tally
from docchain.realtime.models import Connection
from docchain.realtime.push import Message
from docchain.realtime.switchboard import Switchboard


@dataclass(frozen=True)
class Desk:
    """``is_live`` answers for tenant, session and user, from at most five seconds ago."""

    board: Switchboard
    registers: Registers
    is_live: Callable[[str, str, int], bool]


@dataclass(frozen=True)
class Visit:
    desk: Desk
    connection: Connection
    tally: Tally = field(default_factory=Tally)
    ref: str | None = None
    """The speaker's own mark on its message, which comes back with the answer."""

    def say(self, message: Message) -> None:
        """Raises ``ConnectionGone``."""
        marked = message if self.ref is None else {**message, "ref": self.ref}
        self.desk.board.push.post(self.connection.connection, marked)
        self.tally.messages_sent += 1
