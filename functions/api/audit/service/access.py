"""Reading what others did is itself on the record."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.events.models import Event
from docchain.storage.outbox import event_item
from docchain.storage.table import Table


def note_access(audit: Table, caller: Caller, what: str, **data: Any) -> None:
    """Before the answer goes out: who could read without being noted would be the one who looks for that."""
    fact = Event(
        type="data.accessed",
        tenant_id=caller.tenant_id,
        subject="audit",
        actor=caller.username,
        data={"what": what, **{name: value for name, value in data.items() if value is not None}},
    )
    audit.put(event_item(fact))
