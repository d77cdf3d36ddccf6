"""Refusals are told to those who watch, once a minute of each kind, whatever number of processes refuses."""

from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import epoch
from docchain.events.models import Event
from docchain.observability import logger
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

_WINDOW_SECONDS: Final = 60


def this_window() -> int:
    return epoch() // _WINDOW_SECONDS


def tell_refusal(guard: Table, fact: Event, kind: str, window: int) -> bool:
    """Whether it is told, by this process or another. The caller is refused already, whatever becomes of the note."""
    item = {**event_item(fact), "sk": f"{kind}#{window}"}
    try:
        guard.put(item, when=Attr("pk").not_exists())
    except ConditionFailed:
        return True  # another told it
    except (BotoCoreError, ClientError) as error:
        logger.warning("a refusal was not told", extra={"event": fact.type, "kind": kind, "fault": str(error)})
        return False
    return True
