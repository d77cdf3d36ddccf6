"""A document's origin, page by page."""

from docchain.documents.models import Document
from docchain.documents.repository import DocumentRepository
from docchain.provenance.drawing import as_mermaid
from docchain.provenance.steps import nodes_towards, places_of, step_view
from docchain.provenance.walk import parents_of, walk_back
from docchain.runs.models import NodeRecord
from docchain.runs.repository import RunRepository
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.errors import VersionNotFound
from functions.api.workflows.proof_schemas import OriginView, ProvenanceView


def provenance_of(
    documents: DocumentRepository,
    runs: RunRepository,
    definitions: DefinitionReader,
    tenant_id: str,
    document_id: str,
    *,
    depth: int,
    first: int,
    limit: int,
) -> tuple[ProvenanceView, int | None]:
    """The view, and where its next page begins. Reads per generation and per hundred records, not per document."""
    start = documents.read(tenant_id, document_id)
    lineage = walk_back(start, lambda ids: documents.read_many(tenant_id, ids), depth)
    page = lineage.documents[first : first + limit]
    view = ProvenanceView(
        document_id=document_id,
        documents=_origins(runs, definitions, tenant_id, page),
        missing=list(lineage.missing),
        is_whole=lineage.is_whole,
        total=len(lineage.documents),
        mermaid=as_mermaid(lineage.documents, lineage.missing),
    )
    after = first + limit
    return view, after if after < len(lineage.documents) else None


def _origins(
    runs: RunRepository, definitions: DefinitionReader, tenant_id: str, page: tuple[Document, ...]
) -> list[OriginView]:
    towards, places = {}, {}
    for document in page:
        if document.origin.get("kind") != "node":
            continue
        try:
            definition = definitions.read(tenant_id, document.origin["workflow_id"], document.origin["version"])
        except VersionNotFound:
            continue
        towards[document.id] = nodes_towards(definition, document)
        places[document.id] = places_of(tenant_id, definition, document)
    found = runs.table.get_many(place for each in places.values() for place in each)
    records = {place: NodeRecord.model_validate(item) for place, item in found.items()}
    return [
        OriginView(
            **document.model_dump(include={"id", "filename", "media_type", "sha256", "created_at", "created_by"}),
            origin={k: v for k, v in document.origin.items() if k != "parents"},
            parents=parents_of(document),
            steps=[
                step_view(node, records.get(place))
                for node, place in zip(towards.get(document.id, ()), places.get(document.id, ()), strict=True)
            ],
        )
        for document in page
    ]
