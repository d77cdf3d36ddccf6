"""document_extract: a stored document becomes text and structure."""

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters


class DocumentExtract(Parameters):
    document: str = Field(default="{{ input.document_id }}", min_length=1, max_length=2000)
    max_pages: int | None = Field(default=None, ge=1, le=10_000)


KIND = NodeKind(
    name="document_extract",
    title="Extract text from a document",
    parameters=DocumentExtract,
    form="task",
    family="document",
    effect="pure",
    templates=("document",),
    timeout_seconds=120,
    facts={
        "pages": "number",
        "words": "number",
        "characters": "number",
        "media_type": "string",
        "title": "string",
    },
)
