"""Facts about workflows, as the outbox wants them."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.events.models import Event


def workflow_event(kind: str, caller: Caller, workflow_id: int, **data: Any) -> Event:
    return Event(
        type=kind,
        tenant_id=caller.tenant_id,
        subject=f"workflows/{workflow_id}",
        actor=caller.username,
        data={"workflow_id": workflow_id, **data},
    )
