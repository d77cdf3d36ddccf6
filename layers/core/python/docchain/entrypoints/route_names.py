"""The name of the route that answered, as log, metrics and timings know it: never a path with an id in it."""

from typing import Any, Final

from mangum.types import ASGI
from starlette.types import ASGIApp, Receive, Scope, Send

_NOTE: Final = "docchain.route"
_NO_ROUTE: Final = "(no route)"


def naming_routes(app: ASGIApp) -> ASGI:
    """Notes the template in the event that the request came with: what Mangum answers says nothing of it."""

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        if route := scope.get("route"):
            scope["aws.event"][_NOTE] = route.path

    return noting


def route_of(event: dict[str, Any]) -> str:
    """``GET /api/v3/workflows/{workflow_id}``; of what was refused before, or matches nothing, the method alone."""
    return f"{event['httpMethod']} {event.get(_NOTE, _NO_ROUTE)}"
