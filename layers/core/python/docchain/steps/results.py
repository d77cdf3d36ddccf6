"""From what a worker gave to what is recorded: output kept, document carded, facts bounded."""

import json
import re
from collections.abc import Callable

from docchain.clock import now
from docchain.documents.errors import DocumentNotFound, QuotaExceeded, QuotaExceededByRun
from docchain.documents.models import DOCUMENT_BYTES_MOST, Document, NewDocument
from docchain.errors import PermanentStepError
from docchain.runs.events import item_of
from docchain.runs.models import FACTS_BYTES_MOST, NodeRecord, NodeStatus, Run, StepOrder
from docchain.runs.outputs import keep_output
from docchain.steps.call import NodeResult
from docchain.steps.hashing import content_hash
from docchain.steps.world import StepWorld
from docchain.storage.table import Action

_CARD = {"filename", "media_type", "size", "sha256"}
# Of one node. They stand in its record and in the card of its document.
SOURCES_MOST = 500


class FactsTooLarge(PermanentStepError):
    code = "FACTS_TOO_LARGE"


class DocumentTooLargeToKeep(PermanentStepError):
    code = "DOCUMENT_TOO_LARGE"


def completed_record(
    order: StepOrder,
    world: StepWorld,
    run: Run,
    record: NodeRecord,
    result: NodeResult,
    records: dict[str, NodeRecord],
) -> tuple[NodeRecord, list[Action]]:
    """The record, and the document cards that must appear together with it."""
    if len(json.dumps(result.facts)) > FACTS_BYTES_MOST:
        raise FactsTooLarge(f"The node's facts are larger than {FACTS_BYTES_MOST} bytes.")
    actions: list[Action] = []
    output, made = result.output, list[Document]()
    _check_room(world, order.tenant, result)
    sources = _sources(record, result, records)
    if result.document:
        document = _carded(order, world, run, record, result.document, sources)
        actions.append(world.documents.putting(order.tenant, document))
        made.append(document)
        card = document.model_dump(include=_CARD)
        output = {**output, "document_id": document.id, **card}
    cards = []
    for number, part in enumerate(result.parts, 1):
        document = _carded(order, world, run, record, part, sources, f"_part{number:03d}")
        actions.append(world.documents.putting(order.tenant, document))
        made.append(document)
        cards.append({"document_id": document.id, **document.model_dump(include=_CARD)})
    if cards:
        output = {**output, "documents": cards}
    done = {
        "status": NodeStatus.COMPLETED,
        "finished_at": now(),
        **keep_output(world.contents, order.tenant, output),
        "output_hash": content_hash(output),
        "facts": result.facts,
        "documents": [document.id for document in made],
        "sources": sources,
    }
    actions += world.documents.quota.counting(order.tenant, made)
    actions += result.writes
    actions += [world.records.table.putting(item_of(event, order.run)) for event in result.events]
    return record.model_copy(update=done), actions


def _check_room(world: StepWorld, tenant_id: str, result: NodeResult) -> None:
    """Before anything is kept. One read, for nodes that make documents only."""
    made = [*([result.document] if result.document else []), *result.parts]
    if not made:
        return
    try:
        world.documents.quota.read(tenant_id).check(sum(len(document.data) for document in made), len(made))
    except QuotaExceeded as error:
        raise QuotaExceededByRun(error.message, details=error.details) from None


def _sources(record: NodeRecord, result: NodeResult, records: dict[str, NodeRecord]) -> list[str]:
    """A node that makes no document hands on what it was made from: the text of a letter stems from the letter."""
    before = [r for r in records.values() if r.key != record.key]
    found = {*result.consumed, *(d for r in before for d in (r.documents or r.sources))}
    return sorted(found)[:SOURCES_MOST]


def _carded(
    order: StepOrder,
    world: StepWorld,
    run: Run,
    record: NodeRecord,
    made: NewDocument,
    parents: list[str],
    suffix: str = "",
) -> Document:
    """The id comes from run and node, so that a step done twice makes one document."""
    if len(made.data) > DOCUMENT_BYTES_MOST:
        raise DocumentTooLargeToKeep(f"The document is {len(made.data)} bytes; at most {DOCUMENT_BYTES_MOST}.")
    return Document(
        id=f"doc_run{order.run}_{record.key}" + ("" if record.item is None else f"_{record.item:06d}") + suffix,
        filename=made.filename,
        media_type=made.media_type,
        size=len(made.data),
        sha256=world.contents.put(order.tenant, made.data),
        origin={
            "kind": "node",
            "run_id": order.run,
            "workflow_id": run.workflow_id,
            "version": run.version,
            "node": record.key,
            **({} if record.item is None else {"item": record.item}),
            "parents": parents,
        },
        created_at=run.started_at,
        created_by=run.started_by,
    )


def document_reader(world: StepWorld, tenant_id: str) -> Callable[[str], tuple[Document, bytes]]:
    def read(document_id: str) -> tuple[Document, bytes]:
        """``doc_…@3`` is its third version; without a number it is the newest."""
        name, mark, version = document_id.partition("@")
        if mark and not re.fullmatch(r"[1-9][0-9]{0,5}", version):
            raise DocumentNotFound(document_id)
        documents = world.documents
        document = documents.read_version(tenant_id, name, int(version)) if mark else documents.read(tenant_id, name)
        return document, world.contents.get(tenant_id, document.sha256)

    return read
