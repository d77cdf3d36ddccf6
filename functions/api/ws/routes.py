"""Real time over REST. The sockets themselves are at ``/api/v3/ws/ws``."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from docchain.entrypoints.access import PUBLIC
from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.realtime import keys
from docchain.realtime.access import ROOM_PATTERN
from docchain.realtime.counters import read_stats
from docchain.realtime.history import READ_MOST
from functions.api.ws import service
from functions.api.ws.dependencies import CanRead, CanWrite, Publishing, Realtime, Things
from functions.api.ws.publishing import Saying, tell
from functions.api.ws.schemas import (
    ConnectionsAnswer,
    HistoryAnswer,
    Message,
    Published,
    RoomDetail,
    RoomsAnswer,
    StatsAnswer,
    WebSocketStats,
)

RoomId = Annotated[str, Path(pattern=ROOM_PATTERN)]
Number = Annotated[int, Path(ge=1, lt=10**15)]
router = APIRouter(prefix="/api/v3/ws", tags=["ws"], responses=ERROR_RESPONSES)


@router.get("/stats", dependencies=[PUBLIC], summary="Count connections, messages and rooms of the whole system")
async def read_statistics(realtime: Realtime) -> StatsAnswer:
    return StatsAnswer(websocket_stats=WebSocketStats.model_validate(read_stats(realtime)))


@router.get("/connections", summary="List open connections: an admin sees the tenant's, anybody else their own")
async def list_connections(
    request: Request, response: Response, paging: Pages, caller: CanRead, realtime: Realtime
) -> ConnectionsAnswer:
    answer, cursor = service.connections_of(caller, paging, realtime)
    link_next(request, response, cursor)
    return answer


@router.get("/rooms", summary="List rooms with somebody in them: an admin sees the tenant's, anybody else their own")
async def list_rooms(
    request: Request, response: Response, paging: Pages, caller: CanRead, realtime: Realtime
) -> RoomsAnswer:
    answer, cursor = service.rooms_of(caller, paging, realtime)
    link_next(request, response, cursor)
    return answer


@router.get("/rooms/{room_id}", summary="Who is in a room, and how many messages it has had")
async def read_room(
    request: Request,
    response: Response,
    room_id: RoomId,
    paging: Pages,
    caller: CanRead,
    realtime: Realtime,
    things: Things,
) -> RoomDetail:
    answer, cursor = service.room_of(caller, room_id, paging, realtime, things)
    link_next(request, response, cursor)
    return answer


@router.get("/rooms/{room_id}/history", summary="Read what was said in a room behind a number")
async def read_room_history(
    room_id: RoomId,
    caller: CanRead,
    realtime: Realtime,
    things: Things,
    since: Annotated[int, Query(ge=0, lt=10**12)] = 0,
    limit: Annotated[int, Query(ge=1, le=READ_MOST)] = 100,
) -> HistoryAnswer:
    return service.history_of(caller, room_id, since, limit, realtime, things)


@router.post("/broadcast", summary="Tell everybody of the tenant who is connected")
async def broadcast(body: Message, caller: CanWrite, desk: Publishing, key: Idempotency) -> Published:
    return tell(desk, caller, Saying(keys.SYSTEM_ROOM, "system_notification", body.root), key)


@router.post("/broadcast/room/{room_id}", summary="Tell everybody in a room")
async def broadcast_to_room(
    room_id: RoomId, body: Message, caller: CanWrite, desk: Publishing, key: Idempotency
) -> Published:
    return tell(desk, caller, Saying(room_id, "system_notification", body.root), key)


@router.post("/broadcast/user/{user_id}", summary="Tell a person, on all their connections")
async def broadcast_to_user(
    user_id: Number, body: Message, caller: CanWrite, desk: Publishing, key: Idempotency
) -> Published:
    return tell(desk, caller, Saying(keys.user_room(user_id), "system_notification", body.root), key)


@router.post("/events/workflow/{workflow_id}", summary="Tell those who watch a workflow what happened to it")
async def tell_of_workflow(
    workflow_id: Number, body: Message, caller: CanWrite, desk: Publishing, key: Idempotency
) -> Published:
    return tell(desk, caller, Saying(keys.workflow_room(workflow_id), "workflow_update", body.root), key)


@router.post("/events/ai/{user_id}", summary="Tell a person how the AI gets on with what they asked")
async def tell_of_ai(user_id: Number, body: Message, caller: CanWrite, desk: Publishing, key: Idempotency) -> Published:
    return tell(desk, caller, Saying(keys.user_room(user_id), "ai_processing", body.root), key)


@router.post("/events/notification", summary="Notify everybody, or the person whose user_id the event has")
async def tell_of_notification(body: Message, caller: CanWrite, desk: Publishing, key: Idempotency) -> Published:
    return tell(desk, caller, Saying(service.room_of_notification(body.root), "notification_sent", body.root), key)


@router.post("/events/security", summary="Tell those who look after the tenant of a security event")
async def tell_of_security(body: Message, caller: CanWrite, desk: Publishing, key: Idempotency) -> Published:
    return tell(desk, caller, Saying(keys.SECURITY_ROOM, "security_event", body.root), key)


@router.post("/events/analytics", summary="Tell everybody of new figures")
async def tell_of_analytics(body: Message, caller: CanWrite, desk: Publishing, key: Idempotency) -> Published:
    return tell(desk, caller, Saying(keys.SYSTEM_ROOM, "analytics_update", body.root), key)
