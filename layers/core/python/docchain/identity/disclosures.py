"""Reading other people's personal data is told to the audit: at most once per reader, target and hour."""

from typing import Final

from docchain.auth.caller import Caller
from docchain.clock import epoch
from docchain.events.models import Event
from docchain.identity import keys
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.outbox import event_item
from docchain.storage.table import Table

WINDOW_SECONDS: Final = 3600


def note_disclosure(table: Table, caller: Caller, target: str) -> None:
    """``target`` is the path of what is read (``users/3``); one's own data is nobody's disclosure. One call.

    Call it before the data is handed out: what cannot be told is not shown.
    """
    if target == f"users/{caller.user_id}":
        return
    moment = epoch()
    mark = {
        "pk": keys.disclosures(caller.tenant_id, caller.user_id),
        "sk": target,
        "entity": "disclosure",
        "expires_at": moment + WINDOW_SECONDS,
    }
    fact = Event(
        type="data.accessed",
        tenant_id=caller.tenant_id,
        subject=target,
        actor=caller.username,
        data={"reader_id": caller.user_id},
    )
    new = Attr("pk").not_exists() | Attr("expires_at").lte(moment)
    try:
        table.transact([table.putting(mark, when=new), table.putting(event_item(fact))])
    except ConditionFailed:
        return
