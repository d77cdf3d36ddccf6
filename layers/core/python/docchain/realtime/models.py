"""A connection, a member of a room, and a message that a room remembers."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.clock import epoch, from_iso
from docchain.realtime.keys import ANONYMOUS

ROOMS_MOST = 100
MESSAGE_BYTES_MOST = 32 * 1024
# Until $connect has returned, API Gateway answers 410 for a socket that is about to open.
OPENING_SECONDS = 10
# A client that says nothing for as long as API Gateway itself would wait is hung up on; a ping is enough.
IDLE_SECONDS = 600
# What one connection may say: this many messages in each window of so many seconds.
MESSAGES_MOST = 100
WINDOW_SECONDS = 10

Target = Literal["workflow", "user"]


class Member(BaseModel):
    """``connection`` is API Gateway's id, ``connection_id`` the client's own label for it."""

    model_config = ConfigDict(frozen=True)

    connection: str
    connection_id: str
    user_id: int | None = None
    username: str | None = None
    connected_at: str
    events: tuple[str, ...] = ()
    """Patterns of what the member wants to hear of a room; none: all of it."""

    @property
    def age_seconds(self) -> float:
        return epoch() - from_iso(self.connected_at).timestamp()

    @property
    def may_be_opening(self) -> bool:
        return self.age_seconds < OPENING_SECONDS


class Connection(Member):
    tenant_id: str = ANONYMOUS
    session_id: str | None = None
    target: Target | None = None
    target_id: int | None = None
    target_room: str | None = None
    """The room that the address asked for and the caller may enter."""
    source_ip: str = ""
    user_agent: str = ""
    roles: tuple[str, ...] = ()
    """As they were when it connected; a change of roles ends the session, and with it the connection."""
    rooms: dict[str, str] = Field(default_factory=dict)
    """Room to the time of joining."""
    heard_at: str | None = None
    """When it last said something."""
    window: int = 0
    said: int = 0
    """How much it has said in this window."""

    @property
    def is_anonymous(self) -> bool:
        return self.user_id is None

    @property
    def is_too_fast(self) -> bool:
        return self.said > MESSAGES_MOST

    @property
    def silent_seconds(self) -> float:
        return epoch() - from_iso(self.heard_at or self.connected_at).timestamp()

    def as_member(self, events: tuple[str, ...] = ()) -> Member:
        """In a room whose events of these patterns it wants to hear."""
        kept = self.model_dump(include=set(Member.model_fields) - {"events"})
        return Member.model_validate({**kept, "events": events})


class RoomMessage(BaseModel):
    """What a room's members receive; ``seq`` counts up by one per room, without gaps."""

    model_config = ConfigDict(frozen=True)

    type: Literal["event"] = "event"
    event_type: str
    room_id: str
    seq: int
    event: str
    """The fact's own name (``node.completed``); ``event_type`` is its kind among WebSocket events."""
    event_id: str
    data: dict[str, Any]
    timestamp: str
