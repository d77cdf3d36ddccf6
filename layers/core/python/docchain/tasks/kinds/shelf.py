"""Documents that tasks read and make. What a task makes has the task's id, so that twice is once."""

from dataclasses import dataclass
from typing import Any

from docchain.clock import now
from docchain.documents.models import Document
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.events.changes import changed
from docchain.events.models import Event
from docchain.tasks.kind import TaskContext

_CARD = {"filename", "media_type", "size", "sha256"}


@dataclass(frozen=True)
class Shelf:
    documents: DocumentRepository
    contents: ContentStore

    def read(self, tenant: str, document_id: str) -> tuple[Document, bytes]:
        """Raises ``DocumentNotFound``."""
        document = self.documents.read(tenant, document_id, consistent=True)
        return document, self.contents.get(tenant, document.sha256)

    def keep(
        self,
        context: TaskContext,
        kind: str,
        file: tuple[str, str, bytes],
        actor: str,
        parents: list[str] | None = None,
    ) -> dict[str, Any]:
        """What is said of it in a result. ``file``: filename, media type, content. Raises ``QuotaExceeded``."""
        filename, media_type, data = file
        document = Document(
            id=f"doc_task_{context.task_id}",
            filename=filename,
            media_type=media_type,
            size=len(data),
            sha256=self.contents.put(context.tenant, data),
            origin={"kind": "task", "task_id": context.task_id, "task_type": kind, "parents": parents or []},
            created_at=now(),
            created_by=actor,
        )
        card = document.model_dump(mode="json", include=_CARD)
        made = Event(
            type="document.made",
            tenant_id=context.tenant,
            subject=f"documents/{document.id}",
            actor=actor,
            data={"document_id": document.id, "task_id": context.task_id, **changed(None, card)},
        )
        if not self.documents.keep_made(context.tenant, document, made):
            document = self.documents.read(context.tenant, document.id, consistent=True)
            card = document.model_dump(mode="json", include=_CARD)
        return {"document_id": document.id, **card}
