"""document_merge: several documents become one."""

from typing import Literal

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters

DOCUMENTS_MOST = 100


class DocumentMerge(Parameters):
    """PDFs become one PDF, page by page; anything else becomes one Markdown text. Absent ``documents`` are those that
    the nodes before made.
    """

    documents: list[str] | str | None = Field(default=None, max_length=2000)
    format: Literal["auto", "pdf", "md"] = "auto"
    title: str | None = Field(default=None, max_length=500)
    filename: str | None = Field(default=None, min_length=1, max_length=255)


KIND = NodeKind(
    name="document_merge",
    title="Merge documents",
    parameters=DocumentMerge,
    form="task",
    family="document",
    effect="pure",
    templates=("documents", "title", "filename"),
    makes_text=False,
    timeout_seconds=150,
    facts={"documents": "number", "pages": "number", "bytes": "number", "format": "string"},
)
