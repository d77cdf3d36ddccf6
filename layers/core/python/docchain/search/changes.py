"""What a commit says of each document, and how the manifest's figures move with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docchain.clock import epoch, now
from docchain.events.models import Event
from docchain.search.limits import CHUNKS_PER_TENANT
from docchain.search.models import Chunk, Chunked, Said, SearchCard
from docchain.search.planning import Plan, Todo, card_hash
from docchain.search.state import DocumentState, DocumentStatus, Manifest, Retired


@dataclass(frozen=True)
class Change:
    plan: Plan
    said: Said
    state: DocumentState
    card: SearchCard | None = None
    chunks: Sequence[Chunk] = ()
    titles: tuple[str, ...] = ()

    def event(self, tenant_id: str) -> Event:
        state = self.state
        told = {"status": state.status.value, "chunks": state.chunks, "truncated": state.truncated}
        return Event(
            type="document.indexed",
            tenant_id=tenant_id,
            subject=f"documents/{state.document_id}",
            data={"document_id": state.document_id, **told, **({"error": state.error} if state.error else {})},
        )


def changes_of(plans: Sequence[Plan], chunked: Mapping[str, Chunked], manifest: Manifest) -> list[Change]:
    """In the order of the plans: who comes first to a nearly full index gets the room."""
    changes = []
    room = CHUNKS_PER_TENANT - max(index.chunks for index in manifest.writing())
    models = [index.model for index in manifest.writing()]
    for plan in plans:
        before = plan.before.chunks if plan.before else 0
        change = _change(plan, chunked.get(plan.document_id), models, room + before)
        room += before - change.state.chunks
        changes.append(change)
    return changes


def _change(plan: Plan, found: Chunked | None, models: list[str], room: int) -> Change:
    if plan.card is None:
        return Change(plan, Said.GONE, _state(plan, DocumentStatus.GONE))
    if plan.todo is Todo.CARD and plan.before:
        state = plan.before.model_copy(update={"card": card_hash(plan.card), "indexed_at": now()})
        return Change(plan, Said.CARD, state, plan.card)
    assert found is not None  # noqa: S101  # a full change has its chunks, or it is not begun
    if found.error:
        return Change(plan, Said.GONE, _state(plan, DocumentStatus.UNREADABLE, error=found.error))
    if len(found.chunks) > room:
        return Change(plan, Said.GONE, _state(plan, DocumentStatus.REFUSED, error="SEARCH_INDEX_FULL"))
    state = _state(plan, DocumentStatus.INDEXED).model_copy(
        update={"chunks": len(found.chunks), "models": models, "truncated": found.truncated}
    )
    return Change(plan, Said.FULL, state, plan.card, found.chunks, tuple(found.titles))


def _state(plan: Plan, status: DocumentStatus, error: str | None = None) -> DocumentState:
    return DocumentState(
        document_id=plan.document_id,
        sha256=plan.card.sha256 if plan.card else "",
        status=status,
        card=card_hash(plan.card) if plan.card else "",
        error=error,
        reindex=plan.reindex or (plan.before.reindex if plan.before else None),
        indexed_at=now(),
    )


def moved(manifest: Manifest, changes: Sequence[Change]) -> None:
    """Changes the manifest's figures; a rebuilding that is over hands the queries to its model."""
    for change in changes:
        before, after = change.plan.before, change.state
        for index in manifest.writing():
            had = before.chunks if before and index.model in before.models else 0
            was = before is not None and index.model in before.models
            index.chunks += after.chunks - had if change.said is not Said.CARD else 0
            index.dead += had if change.said is not Said.CARD else 0
            index.documents += (after.status is DocumentStatus.INDEXED) - was
        if manifest.reindex and change.plan.reindex:
            manifest.reindex.handled += 1
    manifest.updated_at = now()
    finish_reindex(manifest)


def finish_reindex(manifest: Manifest) -> None:
    job = manifest.reindex
    if job is None or job.finished_at or not job.is_over:
        return
    job.finished_at = now()
    if manifest.building:
        left = manifest.indexes.pop(manifest.serving)
        manifest.serving, manifest.building = manifest.building, None
        serving = manifest.indexes[manifest.serving]
        serving.retired += [*left.retired, *(Retired(name=ref.name, at=epoch()) for ref in left.segments)]
