"""What the server says, apart from events."""

from typing import Any, Literal

from docchain.clock import now
from docchain.errors import DocchainError
from docchain.realtime.models import Connection, Member
from docchain.realtime.push import Message
from docchain.realtime.rooms import RoomState

MoveKind = Literal["user_joined_room", "user_left_room"]

GREETINGS = {"workflow": "workflow_connected", "user": "user_connected"}


def say(kind: str, **fields: Any) -> Message:
    return {"type": kind, **fields, "timestamp": now()}


def greeting(connection: Connection, room: RoomState | None) -> Message:
    """``room`` is the one that the address asked for, when it was entered; ``seq`` numbers its latest event."""
    kind, place = "connection_established", dict[str, Any]()
    if connection.target:
        kind = GREETINGS[connection.target]
        place = {f"{connection.target}_id": connection.target_id, "joined": room is not None}
    if room:
        place |= {"room_id": room.room_id, "seq": room.seq}
    return say(kind, connection_id=connection.connection_id, **place, message=_welcome(connection, room))


def _welcome(connection: Connection, room: RoomState | None) -> str:
    if connection.is_anonymous:
        return "Connected as anonymous. Connect with token=<access_token> to join rooms."
    if connection.target and room is None:
        return f"Connected as {connection.username}, but not to {connection.target} {connection.target_id}: not found."
    return f"Connected as {connection.username}."


def refusal(error: DocchainError) -> Message:
    details = {"details": error.details} if error.details is not None else {}
    return say("error", code=error.code, message=error.message, **details)


def session_over() -> Message:
    return say("error", code="UNAUTHORIZED", message="This session has ended; log in again.")


def moved(kind: MoveKind, room_id: str, member: Member) -> Message:
    return say(kind, room_id=room_id, connection_id=member.connection_id)
