"""The doors of the WebSocket API: connect, disconnect and message."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docchain.entrypoints.invocation import invocation
from docchain.entrypoints.viewer import ViewerSettings, name_viewer
from docchain.errors import ClientError
from docchain.observability import logger

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class SocketCall:
    """``connection`` is API Gateway's id; the client's own ``connection_id`` is in the query of the connect call."""

    connection: str
    query: dict[str, str] = field(default_factory=dict)
    body: str = ""
    source_ip: str = ""
    user_agent: str = ""


def websocket_handler(run: Callable[[SocketCall], None]) -> Handler:
    """A ``ClientError`` refuses the call with its status; anything else is a 500 that says nothing.

    The body of the answer stays empty: API Gateway forwards it only for routes with a response, the emulator always.
    """

    def door(event: dict[str, Any], context: Any) -> dict[str, Any]:
        name_viewer(event)
        request = event["requestContext"]
        identity = request.get("identity") or {}
        call = SocketCall(
            connection=request["connectionId"],
            query=event.get("queryStringParameters") or {},
            body=event.get("body") or "",
            source_ip=identity.get("sourceIp", ""),
            user_agent=identity.get("userAgent", ""),
        )
        with invocation("socket", context, connection=call.connection, route=request.get("routeKey")) as outcome:
            status = _status(run, call)
            outcome.note(status=status)
        return {"statusCode": status}

    door.settings = (ViewerSettings,)  # type: ignore[attr-defined]  # infra is held to it by a test
    return door


def _status(run: Callable[[SocketCall], None], call: SocketCall) -> int:
    try:
        run(call)
    except ClientError as error:
        return error.status
    except Exception:  # noqa: BLE001  # the last door
        logger.exception("unhandled")
        return 500
    return 200


def parse_message(body: str) -> dict[str, Any] | None:
    """A JSON object, or ``None``."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
