"""Facts about workflows and documents, as the outbox wants them."""

from typing import Any

from docchain.auth.caller import Caller
from docchain.documents.models import Collection, Document
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
    change = changed(_card(document), None) if kind == "document.deleted" else changed(None, _card(document))
    return _about(kind, caller, document.id, change)


def changed_event(kind: str, caller: Caller, before: Document, after: Document) -> Event:
    """What became of a document: the fields of its card that are now others."""
    return _about(kind, caller, after.id, {"version": after.version, **changed(_card(before), _card(after))})


def collection_event(kind: str, caller: Caller, collection: Collection) -> Event:
    card = collection.model_dump(mode="json", include={"name", "description"})
    return Event(
        type=kind,
        tenant_id=caller.tenant_id,
        subject=f"collections/{collection.id}",
        actor=caller.username,
        data={
            "collection_id": collection.id,
            **(changed(card, None) if kind == "collection.deleted" else changed(None, card)),
        },
    )


def _card(document: Document) -> dict[str, Any]:
    names = {"filename", "media_type", "size", "sha256", "tags", "metadata", "collections"}
    return {name: value for name, value in document.model_dump(mode="json", include=names).items() if value}


def _about(kind: str, caller: Caller, document_id: str, data: dict[str, Any]) -> Event:
    return Event(
        type=kind,
        tenant_id=caller.tenant_id,
        subject=f"documents/{document_id}",
        actor=caller.username,
        data={"document_id": document_id, **data},
    )
