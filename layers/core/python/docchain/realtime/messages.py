"""What the server says, apart from events."""

from typing import Any

from docchain.clock import now
from docchain.errors import ClientError
from docchain.realtime.models import Connection, Member, RoomMessage
from docchain.realtime.rooms import RoomState

Message = dict[str, Any]


def say(kind: str, **fields: Any) -> Message:
    return {"type": kind, **fields, "timestamp": now()}


def greeting(connection: Connection, room: RoomState | None) -> Message:
    """``room`` is the one that the address asked for, with the number of its latest event."""
    place = {"room_id": room.room_id, "seq": room.seq} if room else {}
    match connection.target:
        case "workflow":
            own = {"type": "workflow_connected", "workflow_id": connection.target_id}
        case "user":
            own = {"type": "user_connected", "user_id": connection.target_id}
        case _:
            own = {"type": "connection_established"}
    who = (
        "anonymously: log in and connect with token=… to join rooms" if connection.is_anonymous else connection.username
    )
    return {
        **own,
        "connection_id": connection.connection_id,
        **place,
        "timestamp": now(),
        "message": f"Connected {'as ' if connection.username else ''}{who}.",
    }


def refusal(error: ClientError) -> Message:
    details = {"details": error.details} if error.details is not None else {}
    return say("error", code=error.code, message=error.message, **details)


def session_over() -> Message:
    return say("error", code="UNAUTHORIZED", message="This session has ended; log in again.")


def moved(kind: str, room_id: str, member: Member) -> Message:
    """``kind`` is ``user_joined_room`` or ``user_left_room``."""
    return say(kind, room_id=room_id, connection_id=member.connection_id)


def replayed(room_id: str, messages: list[RoomMessage], since: int, most: int) -> Message:
    """Closes an answer to ``since``. ``more`` tells to ask again from ``next_since``."""
    return say(
        "replayed",
        room_id=room_id,
        count=len(messages),
        more=len(messages) >= most,
        next_since=messages[-1].seq if messages else since,
    )
