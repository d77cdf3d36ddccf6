"""Facts about workflows and documents, as the outbox wants them."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.documents.models import Document
from docchain.events.changes import changed
from docchain.events.models import Event


def workflow_event(kind: str, caller: Caller, workflow_id: int, **data: Any) -> Event:
    return Event(
        type=kind,
        tenant_id=caller.tenant_id,
        subject=f"workflows/{workflow_id}",
        actor=caller.username,
        data={"workflow_id": workflow_id, **data},
    )


def document_event(kind: str, caller: Caller, document: Document) -> Event:
    """What it was called and what was in it, by its hash."""
    card = document.model_dump(mode="json", include={"filename", "media_type", "size", "sha256"})
    change = changed(card, None) if kind == "document.deleted" else changed(None, card)
    return Event(
        type=kind,
        tenant_id=caller.tenant_id,
        subject=f"documents/{document.id}",
        actor=caller.username,
        data={"document_id": document.id, **change},
    )
