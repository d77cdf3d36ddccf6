"""document_render: a text becomes a document to hand out."""

from typing import Literal

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters


class DocumentRender(Parameters):
    source: str | None = Field(default=None, min_length=1, max_length=100_000)
    format: Literal["pdf", "docx", "html", "md"] = "pdf"
    title: str | None = Field(default=None, max_length=500)
    template: str | None = Field(
        default=None,
        max_length=200,
        description="A stored Markdown template by its document id; `doc_…@2` is its second version. It sees title and "
        "body beside what every template sees.",
    )
    pdf_a: Literal["prefer", "require", "never"] = "prefer"
    filename: str | None = Field(default=None, min_length=1, max_length=255)


KIND = NodeKind(
    name="document_render",
    title="Render a text as PDF, DOCX, HTML or Markdown",
    parameters=DocumentRender,
    form="task",
    family="document",
    effect="pure",
    templates=("source", "title", "template", "filename"),
    upstream_field="source",
    makes_text=False,
    timeout_seconds=120,
    facts={"bytes": "number", "format": "string", "standard": "string"},
)
