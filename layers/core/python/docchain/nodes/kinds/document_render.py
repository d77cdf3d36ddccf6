"""document_render: a text becomes a document to hand out."""

from typing import Literal

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters


class DocumentRender(Parameters):
    source: str | None = Field(default=None, min_length=1, max_length=100_000)
    format: Literal["pdf", "docx", "html"] = "pdf"
    title: str | None = Field(default=None, max_length=500)
    filename: str | None = Field(default=None, min_length=1, max_length=255)


KIND = NodeKind(
    name="document_render",
    title="Render a text as PDF, DOCX or HTML",
    parameters=DocumentRender,
    form="task",
    family="document",
    effect="pure",
    templates=("source", "title", "filename"),
    upstream_field="source",
    makes_text=False,
    timeout_seconds=120,
    facts={"bytes": "number", "format": "string"},
)
