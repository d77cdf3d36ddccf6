"""foreach: a chain of its own for each item of a list."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from docchain.definitions.models import RetryPolicy
from docchain.nodes.kind import NodeKind, Parameters

ITEMS_MOST = 10_000
ITEM_BYTES_MOST = 256 * 1024
ITEMS_BYTES_MOST = 20 * 1024 * 1024
NODES_MOST = 50
# Items times nodes: what is read again when the results are gathered, 1 KB each as a rule and 20 KB at most.
RECORDS_MOST = 100_000
INLINE_CONCURRENCY_MOST = 40  # more of one execution's branches Step Functions does not run at once
CONCURRENCY_MOST = 1000
# What a person or another run answers, and what ends the run, belongs to the run, of which there is one.
NOT_INSIDE = frozenset({"foreach", "approval", "wait_for_webhook", "subworkflow", "succeed"})


class ItemsDocument(BaseModel):
    """A CSV file with a header, a JSON array, or JSON lines; ``format`` is told from the document when absent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str = Field(min_length=1, max_length=2000)
    format: Literal["csv", "json", "jsonl"] | None = None


class Foreach(Parameters):
    """``items`` is a list, text that holds a JSON array, a template that gives either, or a document of rows.

    ``nodes`` are written as those of a workflow; their templates also know ``item`` and ``index``.
    """

    items: list[Any] | str | ItemsDocument
    nodes: list[dict[str, Any]] = Field(min_length=1, max_length=NODES_MOST)
    max_concurrency: int = Field(default=10, ge=1, le=CONCURRENCY_MOST)
    mode: Literal["auto", "inline", "distributed"] = "auto"
    tolerated_failure_percentage: float = Field(default=0, ge=0, le=100)

    @model_validator(mode="after")
    def _fits_its_mode(self) -> "Foreach":
        if self.mode == "inline" and self.max_concurrency > INLINE_CONCURRENCY_MOST:
            raise ValueError(
                f"max_concurrency is at most {INLINE_CONCURRENCY_MOST} inline; leave mode at auto or say distributed"
            )
        return self


KIND = NodeKind(
    name="foreach",
    title="Do a chain for each item",
    parameters=Foreach,
    form="map",
    family="control",
    effect="pure",
    templates=("items",),
    makes_text=False,
    # To render the list and keep its items, or to read up to RECORDS_MOST records.
    timeout_seconds=300,
    retry=RetryPolicy(max_attempts=4),
    facts={"count": "number", "succeeded": "number", "failed": "number"},
)
