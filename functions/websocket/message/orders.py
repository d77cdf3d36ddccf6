"""What a client may ask for. A ``workflow_id`` of ``"7"`` is taken for 7, as REST does."""

from typing import Annotated

from pydantic import BaseModel, Field

from docchain.realtime.access import ROOM_PATTERN
from docchain.realtime.filters import PATTERN, PATTERNS_MOST
from docchain.realtime.history import READ_MOST

Id = Annotated[int, Field(ge=1, lt=10**15)]
Since = Annotated[int, Field(ge=0, lt=10**12)]
RoomId = Annotated[str, Field(pattern=ROOM_PATTERN)]
Pattern = Annotated[str, Field(pattern=f"^({PATTERN.pattern})$")]


class Nothing(BaseModel):
    """``ping`` and ``get_stats`` say no more than their type."""


class Listening(BaseModel):
    """``since`` is the number of the last event that the client has seen; 0 asks for all that is kept. ``events`` are
    patterns of what it wants to hear: ``run.completed``, ``node.*``, ``workflow_execution``.
    """

    since: Since | None = None
    events: Annotated[list[Pattern], Field(max_length=PATTERNS_MOST)] = []


class JoinWorkflow(Listening):
    workflow_id: Id


class LeaveWorkflow(BaseModel):
    workflow_id: Id


class JoinRun(Listening):
    run_id: Id


class LeaveRun(BaseModel):
    run_id: Id


class JoinRoom(Listening):
    room_id: RoomId


class LeaveRoom(BaseModel):
    room_id: RoomId


class Recover(BaseModel):
    """Of a room that the client is in: all behind the number it has seen last, at most ``limit`` at once."""

    room_id: RoomId
    since: Since
    limit: Annotated[int, Field(ge=1, le=READ_MOST)] = READ_MOST
