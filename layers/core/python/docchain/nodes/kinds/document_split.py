"""document_split: one document becomes parts, each with its text, and of a PDF each as a PDF of its own."""

from typing import Literal

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters

PARTS_MOST = 1000
# Each is kept in the transaction that completes the node, which has room for a hundred items.
FILES_MOST = 50


class DocumentSplit(Parameters):
    """``by`` pages needs pages, ``by`` headings needs headings; ``by`` size cuts between paragraphs."""

    document: str = Field(default="{{ input.document_id }}", min_length=1, max_length=2000)
    by: Literal["pages", "headings", "size"] = "pages"
    pages_per_part: int = Field(default=1, ge=1, le=1000)
    max_characters: int = Field(default=4000, ge=200, le=100_000)
    files: bool = Field(default=False, description="Also a PDF of each part, at most 50; only of a PDF by pages.")


KIND = NodeKind(
    name="document_split",
    title="Split a document",
    parameters=DocumentSplit,
    form="task",
    family="document",
    effect="pure",
    templates=("document",),
    makes_text=False,
    timeout_seconds=150,
    facts={"parts": "number", "words": "number"},
)
