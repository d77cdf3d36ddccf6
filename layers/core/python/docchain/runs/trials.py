"""A trial: one node of a draft, run for real by itself, on what came out of the nodes that it reads.

It is a run like any other, of a definition that has the node and, in the places of those that it reads, nodes whose
records are there already. So steps, records, costs and effects are those of every run.
"""

from collections.abc import Mapping
from typing import Any, Final

from docchain.clock import now
from docchain.definitions.models import Edge, NodeDefinition, WorkflowDefinition
from docchain.errors import ValidationFailed
from docchain.nodes import catalogue
from docchain.nodes.kind import NodeKind
from docchain.runs import keys
from docchain.runs.models import OUTPUT_INLINE_BYTES_MOST, NodeRecord, NodeStatus
from docchain.runs.repository import RunRepository
from docchain.steps.hashing import canonical, content_hash
from docchain.steps.needs import needs_of
from docchain.storage.table import BATCH_GET_LIMIT

# A transaction has 100 members, and the run, its event and its key are three of them.
INPUTS_MOST: Final = 90
_RUNS_LOOKED_AT: Final = 20
_FORMS: Final = frozenset({"task", "map"})


class NotByItself(ValidationFailed):
    code = "NODE_NOT_RUNNABLE_ALONE"


class InputsMissing(ValidationFailed):
    code = "INPUTS_MISSING"


def check_kind(node: NodeDefinition) -> NodeKind:
    kind = catalogue.get(node.node_type)
    if kind.form not in _FORMS or kind.ends_run:
        raise NotByItself(f"A node of the kind {kind.name} does nothing by itself; run the workflow instead.")
    return kind


def needed_of(definition: WorkflowDefinition, node: NodeDefinition) -> list[str]:
    """Keys of the nodes that it reads; one that only decides or waits before it is none of them."""
    kinds = {n.key: catalogue.get(n.node_type) for n in definition.nodes}
    reads = needs_of(definition, node, kinds[node.key])
    return [key for key in reads if key in kinds and kinds[key].form not in ("choice", "wait")]


def trial_definition(definition: WorkflowDefinition, node: NodeDefinition, needed: list[str]) -> WorkflowDefinition:
    """The stand-ins never run: each finds its record and answers with it."""
    ids = {n.key: n.id for n in definition.nodes}
    stands_in = {"node_type": "document_template", "config": {"template": "-"}}
    before = [NodeDefinition(id=ids[k], key=k, name=k, **stands_in) for k in needed]
    alone = node.model_copy(update={"depends_on": tuple(Edge(source_key=k) for k in needed), "on_error": "fail"})
    return WorkflowDefinition(nodes=(*before, alone))


def given_records(
    definition: WorkflowDefinition, needed: list[str], inputs: Mapping[str, dict[str, Any]]
) -> dict[str, NodeRecord]:
    """Raises ``ValidationFailed`` for an input of no node that is read, or one that is too large."""
    nodes = {n.key: n for n in definition.nodes}
    if strange := sorted(set(inputs) - set(needed)):
        raise ValidationFailed(
            f"The node does not read {', '.join(strange)}.", details=[{"field": f"inputs.{k}"} for k in strange]
        )
    for key, output in inputs.items():
        if (size := len(canonical(output))) > OUTPUT_INLINE_BYTES_MOST:
            raise ValidationFailed(f"inputs.{key}: is {size} bytes; at most {OUTPUT_INLINE_BYTES_MOST}")
    return {key: _record(nodes[key], output=output, output_hash=content_hash(output)) for key, output in inputs.items()}


def check_complete(needed: list[str], records: Mapping[str, NodeRecord]) -> None:
    if len(needed) > INPUTS_MOST:
        raise NotByItself(f"The node reads {len(needed)} nodes; by itself at most {INPUTS_MOST}.")
    if absent := [key for key in needed if key not in records]:
        raise InputsMissing(
            f"No run has outputs of {', '.join(absent)}; give them in inputs, or run the workflow first.",
            details=[{"field": f"inputs.{key}", "message": "is missing"} for key in absent],
        )


def latest_records(
    runs: RunRepository, tenant_id: str, workflow_id: int, needed: list[str], run_id: int | None
) -> dict[str, NodeRecord]:
    """Of the newest run in which all of them completed, or of the one that is named. None when there is no such run."""
    if not needed:
        return {}
    ids = [run_id] if run_id is not None else _recent(runs, tenant_id, workflow_id, len(needed))
    places = {(keys.partition(tenant_id, i), keys.node_key(k)): (i, k) for i in ids for k in needed}
    found: dict[int, dict[str, NodeRecord]] = {}
    for place, item in runs.table.get_many(places).items():
        if item["status"] == NodeStatus.COMPLETED:
            run, key = places[place]
            found.setdefault(run, {})[key] = NodeRecord.model_validate(item)
    return next((found[i] for i in ids if len(found.get(i, {})) == len(needed)), {})


def _recent(runs: RunRepository, tenant_id: str, workflow_id: int, needed: int) -> list[int]:
    most = min(_RUNS_LOOKED_AT, max(1, BATCH_GET_LIMIT // needed))
    page, _ = runs.read_page(tenant_id, workflow_id, limit=most, start_key=None)
    return [r.id for r in page if r.trial is None]


def reused(record: NodeRecord) -> NodeRecord:
    """As it stands in the trial: the same answer, which costs nothing a second time."""
    fresh = {"fence": 0, "claim_id": "", "usage": {}, "cost_usd": None, "items": None}
    return record.model_copy(update=fresh)


def _record(node: NodeDefinition, **fields: Any) -> NodeRecord:
    moment = now()
    return NodeRecord(
        key=node.key,
        node_id=node.id,
        node_type=node.node_type,
        effect_class="pure",
        status=NodeStatus.COMPLETED,
        fence=0,
        started_at=moment,
        finished_at=moment,
        lease_until=0,
        **fields,
    )
