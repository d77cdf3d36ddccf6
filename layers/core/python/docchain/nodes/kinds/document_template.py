"""document_template: a Jinja template becomes a text document."""

from typing import Literal

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters


class DocumentTemplate(Parameters):
    template: str = Field(min_length=1, max_length=100_000)
    format: Literal["md", "html", "txt"] = "md"
    title: str | None = Field(default=None, max_length=500)


KIND = NodeKind(
    name="document_template",
    title="Write a document from a template",
    parameters=DocumentTemplate,
    form="task",
    family="document",
    effect="pure",
    templates=("template", "title"),
    timeout_seconds=30,
    facts={"words": "number", "characters": "number", "format": "string"},
)
