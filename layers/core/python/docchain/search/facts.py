"""What the search hears and tells, by the names of events."""

from typing import Final

from docchain.events.models import Event

CHUNKED: Final = "document.chunked"
REQUESTED: Final = "search.document_requested"
REINDEX: Final = "search.reindex_requested"
REINDEX_CONTINUED: Final = "search.reindex_continued"

GONE: Final = frozenset({"document.deleted", "document.expired"})
CHANGED: Final = frozenset(
    {
        "document.uploaded",
        "document.made",
        "document.restored",
        "document.changed",
        "document.version_added",
        "document.collected",
        "document.uncollected",
    }
)
MADE: Final = frozenset({"node.completed"})
"""Its ``documents`` are those that the node made."""

TO_CUT: Final = CHANGED | MADE | {REQUESTED, REINDEX, REINDEX_CONTINUED}
TO_INDEX: Final = GONE | {CHUNKED}


def documents_of(event: Event) -> list[str]:
    one = event.data.get("document_id")
    return [str(one)] if one else [str(i) for i in event.data.get("documents") or ()]


def requested(tenant_id: str, document_id: str, reindex: str | None = None) -> Event:
    return _about(REQUESTED, tenant_id, document_id, reindex)


def chunked(tenant_id: str, document_id: str, sha256: str, reindex: str | None) -> Event:
    return _about(CHUNKED, tenant_id, document_id, reindex, sha256=sha256)


def _about(kind: str, tenant_id: str, document_id: str, reindex: str | None, **data: str) -> Event:
    told = {"document_id": document_id, **data, **({"reindex": reindex} if reindex else {})}
    return Event(type=kind, tenant_id=tenant_id, subject=f"documents/{document_id}", data=told)


def continued(tenant_id: str, reindex: str, page: int, start: dict[str, str]) -> Event:
    """``start`` is the key behind which the next page of documents begins."""
    data = {"reindex": reindex, "page": page, "start": start}
    return Event(type=REINDEX_CONTINUED, tenant_id=tenant_id, subject="search", data=data)
