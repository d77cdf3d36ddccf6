"""What the real-time routes take and give."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

Status = Literal["success"]


class Message(RootModel[dict[str, Any]]):
    """The body itself is what listeners receive as ``data``: an object of at most 32 KB."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Maintenance", "text": "Tonight at ten."}]})


class WebSocketStats(BaseModel):
    """Of the whole system, since it was set up."""

    total_connections: int = Field(description="Ever opened.")
    active_connections: int
    messages_sent: int
    messages_received: int
    events_broadcasted: int = Field(description="Events that were sent to a room with somebody in it.")
    rooms_count: int = Field(description="Rooms with somebody in them.")
    users_connected: int
    timestamp: str


class StatsAnswer(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "websocket_stats": {
                        "total_connections": 12,
                        "active_connections": 2,
                        "messages_sent": 148,
                        "messages_received": 31,
                        "events_broadcasted": 84,
                        "rooms_count": 4,
                        "users_connected": 1,
                        "timestamp": "2026-11-21T09:30:00.000Z",
                    },
                    "status": "success",
                }
            ]
        }
    )

    websocket_stats: WebSocketStats
    status: Status = "success"


class ConnectionView(BaseModel):
    connection_id: str = Field(description="The client's own label; two connections may bear the same.")
    user_id: int | None
    username: str | None
    rooms: list[str]
    connected_at: str
    source_ip: str
    user_agent: str


class ConnectionsAnswer(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "connections": [
                        {
                            "connection_id": "browser_1",
                            "user_id": 1,
                            "username": "admin",
                            "rooms": ["system", "user_1", "workflow_7"],
                            "connected_at": "2026-11-21T09:28:11.204Z",
                            "source_ip": "203.0.113.9",
                            "user_agent": "websockets/15.0",
                        }
                    ],
                    "total_connections": 1,
                    "status": "success",
                }
            ]
        }
    )

    connections: list[ConnectionView]
    total_connections: int
    status: Status = "success"


class RoomView(BaseModel):
    room_id: str
    members: int
    last_seq: int = Field(description="Number of the room's latest event; 0 when nothing was told there yet.")


class RoomsAnswer(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rooms": [{"room_id": "workflow_7", "members": 2, "last_seq": 84}],
                    "total_rooms": 1,
                    "status": "success",
                }
            ]
        }
    )

    rooms: list[RoomView]
    total_rooms: int
    status: Status = "success"


class Published(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"message": "Sent to room workflow_7.", "room_id": "workflow_7", "seq": 85, "status": "success"}
            ]
        }
    )

    message: str
    room_id: str
    seq: int = Field(description="The message's number in the room; who is away reads it there later.")
    status: Status = "success"


class MemberView(BaseModel):
    connection_id: str = Field(description="The client's own label; two connections may bear the same.")
    user_id: int | None
    username: str | None
    connected_at: str
    events: list[str] = Field(description="Patterns of what it wants to hear; none: everything.")


class RoomDetail(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "room_id": "workflow_7",
                    "members": [
                        {
                            "connection_id": "browser_1",
                            "user_id": 1,
                            "username": "admin",
                            "connected_at": "2026-11-21T09:28:11.204Z",
                            "events": ["run.*"],
                        }
                    ],
                    "total_members": 1,
                    "last_seq": 84,
                    "status": "success",
                }
            ]
        }
    )

    room_id: str
    members: list[MemberView]
    total_members: int
    last_seq: int
    status: Status = "success"


class HistoryAnswer(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "room_id": "workflow_7",
                    "messages": [
                        {
                            "type": "event",
                            "event_type": "workflow_execution",
                            "room_id": "workflow_7",
                            "seq": 84,
                            "event": "run.completed",
                            "event_id": "01K9Z8Y7X6W5V4T3S2R1Q0P9N8",
                            "data": {"workflow_id": 7, "run_id": 12},
                            "timestamp": "2026-11-21T09:30:00.000Z",
                        }
                    ],
                    "next_since": 84,
                    "more": False,
                    "complete": True,
                    "status": "success",
                }
            ]
        }
    )

    room_id: str
    messages: list[dict[str, Any]] = Field(description="As they were pushed, in the order of their numbers.")
    next_since: int
    more: bool
    complete: bool = Field(description="False when what came right behind `since` is no longer kept.")
    status: Status = "success"
