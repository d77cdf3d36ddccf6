"""What the server says, apart from events."""

from typing import Any, Literal

from docchain.clock import now
from docchain.errors import DocchainError
from docchain.realtime.models import IDLE_SECONDS, MESSAGES_MOST, WINDOW_SECONDS, Connection, Member, RoomMessage
from docchain.realtime.push import Message, to_json
from docchain.realtime.rooms import RoomState

MoveKind = Literal["user_joined_room", "user_left_room"]

GREETINGS = {"workflow": "workflow_connected", "user": "user_connected"}


# API Gateway carries 128 KB to a socket.
PUSHED_BYTES_MOST = 100_000
# What the last word before a hang-up says why: the gateway itself closes with 1000 or 1001 whatever the reason.
TOO_BIG, TOO_FAST, SESSION_OVER, IDLE = 1009, 1008, 4001, 4000


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
    return say("error", code="UNAUTHORIZED", message="This session has ended; log in again.", close_code=SESSION_OVER)


def too_fast() -> Message:
    told = f"More than {MESSAGES_MOST} messages in {WINDOW_SECONDS} s."
    return say("error", code="RATE_LIMITED", message=told, close_code=TOO_FAST, retry_after=WINDOW_SECONDS)


def idle() -> Message:
    told = f"Nothing was said for {IDLE_SECONDS} s; send a ping now and then."
    return say("error", code="IDLE", message=told, close_code=IDLE)


def pushable(message: RoomMessage) -> Message:
    """As it goes to sockets: without its data where the gateway would not take it; the history over REST has it."""
    whole: Message = message.model_dump(mode="json")
    if len(to_json(whole)) <= PUSHED_BYTES_MOST:
        return whole
    return {**whole, "data": {}, "truncated": True}


def moved(kind: MoveKind, room_id: str, member: Member) -> Message:
    return say(kind, room_id=room_id, connection_id=member.connection_id)
