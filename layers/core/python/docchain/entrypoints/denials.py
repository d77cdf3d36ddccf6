"""A caller who was refused for what they may not do is told to those who watch, once a minute and route."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import epoch
from docchain.events.models import Event
from docchain.observability import logger
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item
from docchain.storage.table import Table


def tell_denial(event: dict[str, Any], guard: Table) -> None:
    """The answer is 403 already, whatever becomes of the note. ``route`` is the path with its numbers taken out."""
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
    item = {**event_item(fact), "sk": f"denied#{who}#{route[:200]}#{epoch() // 60}"}
    try:
        guard.put(item, when=Attr("pk").not_exists())
    except ConditionFailed:
        pass  # told this minute
    except (BotoCoreError, ClientError) as error:
        logger.warning("a denial was not told", extra={"route": route, "fault": str(error)})


def _template(path: str) -> str:
    return "/".join("{}" if any(c.isdigit() for c in part) and part != "v3" else part for part in path.split("/"))
