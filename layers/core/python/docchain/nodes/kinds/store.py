"""store: a value under a name, for other runs and for ``GET /api/v3/workflows/values/{name}``."""

from typing import Any, Self

from pydantic import Field, model_validator

from docchain.nodes.kind import NodeKind, Parameters


class Store(Parameters):
    """``value`` is any JSON of at most 64 KB; ``document`` is a document's id, kept as a reference to it."""

    name: str = Field(min_length=1, max_length=1000)
    value: Any = None
    document: str | None = Field(default=None, max_length=1000)

    @model_validator(mode="after")
    def _has_one_content(self) -> Self:
        if (self.value is None) == (self.document is None):
            raise ValueError("give value or document")
        return self


KIND = NodeKind(
    name="store",
    title="Store a value under a name",
    parameters=Store,
    form="task",
    family="effect",
    effect="keyed",
    templates=("name", "value", "document"),
    makes_text=False,
    timeout_seconds=30,
    facts={"size": "number"},
)
