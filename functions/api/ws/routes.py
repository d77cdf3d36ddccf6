"""Real time over REST. The sockets themselves are at ``/api/v3/ws/ws``."""

from fastapi import APIRouter, Request, Response

from docchain.entrypoints.access import PUBLIC
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.realtime.counters import read_stats
from functions.api.ws import service
from functions.api.ws.dependencies import CanRead, Realtime
from functions.api.ws.schemas import ConnectionsAnswer, RoomsAnswer, StatsAnswer, WebSocketStats

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
