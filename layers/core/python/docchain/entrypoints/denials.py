"""A caller who was refused for what they may not do is told to those who watch, once a minute and route."""

from typing import Any

from docchain.events.models import Event
from docchain.security_events.refusals import tell_refusal, this_window
from docchain.storage.table import Table


def tell_denial(event: dict[str, Any], guard: Table) -> None:
    """``route`` is the path with its numbers taken out."""
    caller = event["requestContext"].get("authorizer") or {}
    if "tenant_id" not in caller:
        return
    route = f"{event['httpMethod']} {_template(event['path'])}"
    who = caller["user_id"]
    fact = Event(
        type="access.denied",
        tenant_id=caller["tenant_id"],
        subject=f"users/{who}",
        actor=caller.get("username"),
        data={"user_id": int(who), "route": route},
    )
    tell_refusal(guard, fact, f"denied#{who}#{route[:200]}", this_window())


def _template(path: str) -> str:
    return "/".join("{}" if any(c.isdigit() for c in part) and part != "v3" else part for part in path.split("/"))
