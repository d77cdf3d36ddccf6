"""What came out of a run: the outputs of the nodes that nothing follows."""

from typing import Any

from docchain.definitions.models import WorkflowDefinition
from docchain.documents.store import ContentStore
from docchain.runs.models import NodeRecord, NodeStatus
from docchain.runs.outputs import read_output

# Larger outputs are named, not carried: an answer of a Lambda holds 6 MB.
INLINE_RESULTS_BYTES_MOST = 1024 * 1024


def results_of(
    contents: ContentStore, tenant_id: str, definition: WorkflowDefinition, records: dict[str, NodeRecord]
) -> dict[str, Any]:
    followed = {e.source_key for n in definition.nodes for e in n.depends_on}
    results: dict[str, Any] = {}
    budget = INLINE_RESULTS_BYTES_MOST
    for node in definition.nodes:
        record = records.get(node.key)
        if node.key not in followed and record and record.status == NodeStatus.COMPLETED:
            results[node.key], budget = bounded_output(contents, tenant_id, record, budget)
    return results


def bounded_output(
    contents: ContentStore, tenant_id: str, record: NodeRecord, budget: int
) -> tuple[dict[str, Any] | None, int]:
    """The output and what is left of the budget; an output beyond it is told by size and hash."""
    if record.stored_output is None:
        return record.output, budget
    size, sha256 = record.stored_output.size, record.stored_output.sha256
    if size > budget:
        return {"too_large_to_inline": size, "sha256": sha256}, budget
    return read_output(contents, tenant_id, record), budget - size
