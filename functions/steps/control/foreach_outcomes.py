"""What became of each item, read off the records of its nodes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docchain.definitions.foreach import chain_inside
from docchain.definitions.graph import graph_of
from docchain.definitions.liveness import Liveness, holds, liveness
from docchain.definitions.models import NodeDefinition
from docchain.definitions.outcomes import ERROR, OK
from docchain.runs.models import NodeRecord, NodeStatus, StepOrder
from docchain.runs.repository import RunRepository
from docchain.steps.world import StepWorld

SUCCEEDED, FAILED, NOT_RUN = "succeeded", "failed", "not_run"
# What the results carry of outputs; larger ones are told by size and hash, and stand in the items' own records.
OUTPUTS_BYTES_MOST = 8 * 1024 * 1024
COUNTED = ("input_tokens", "output_tokens", "lambda_ms", "transitions")


@dataclass
class ItemOutcome:
    index: int
    status: str = NOT_RUN
    outputs: dict[str, Any] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None
    cost: float = 0.0
    usage: dict[str, int] = field(default_factory=dict)
    # By node, while they are read.
    statuses: dict[str, NodeStatus] = field(default_factory=dict, repr=False)
    answers: dict[str, str] = field(default_factory=dict, repr=False)


def read_items(world: StepWorld, order: StepOrder, node: NodeDefinition, count: int) -> list[ItemOutcome]:
    """Page by page of one node of the chain after another, for all items at once."""
    chain = chain_inside(node)
    followed = {edge.source_key for inner in chain.nodes for edge in inner.depends_on}
    share = OUTPUTS_BYTES_MOST // max(1, count)
    items = [ItemOutcome(index) for index in range(count)]
    for inner in chain.nodes:
        for record in _records(world, order, inner.key, count):
            item = items[record.item or 0]
            _take(item, inner, record)
            if inner.key not in followed and record.status == NodeStatus.COMPLETED:
                item.outputs[inner.key] = _output(record, share)
    live = liveness(graph_of(chain))
    for item in items:
        item.status = _status(item, live)
    return items


def _records(world: StepWorld, order: StepOrder, key: str, count: int) -> Iterator[NodeRecord]:
    found = RunRepository(world.records.table).read_item_records(order.tenant, order.run, key)
    return (record for record in found if record.item is not None and record.item < count)


def _take(item: ItemOutcome, node: NodeDefinition, record: NodeRecord) -> None:
    item.statuses[node.key] = record.status
    item.documents += record.documents
    item.cost += record.cost_usd or 0.0
    for name in COUNTED:
        if isinstance(spent := record.usage.get(name), int):
            item.usage[name] = item.usage.get(name, 0) + spent
    if record.status == NodeStatus.COMPLETED:
        item.answers[node.key] = str(record.facts.get("outcome", OK))
    elif node.on_error != "fail":
        item.answers[node.key] = ERROR
    elif item.error is None:
        item.error = record.error or {
            "code": "STEP_LOST",
            "message": f"Node '{node.key}' did not come back: its worker died, or was out of time or memory.",
            "node": node.key,
        }


def _status(item: ItemOutcome, live: Mapping[str, Liveness]) -> str:
    if item.error is not None:
        return FAILED
    if all(key in item.answers for key, ways in live.items() if holds(ways, item.answers)):
        return SUCCEEDED
    return FAILED if item.statuses else NOT_RUN


def _output(record: NodeRecord, share: int) -> dict[str, Any] | None:
    if record.stored_output is not None:
        return {"too_large_to_inline": record.stored_output.size, "sha256": record.stored_output.sha256}
    size = len(record.model_dump_json(include={"output"}))
    return record.output if size <= share else {"too_large_to_inline": size, "sha256": record.output_hash}
