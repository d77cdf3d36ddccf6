"""Before the items: which there are, kept by their content, and by which way the run goes over them.

The list is rendered before the claim, since that may be done again, and the claim then carries it: a run's items are
written down once and in one transaction with the event. A resumed run goes over those that did not succeed.
"""

import time
from dataclasses import dataclass
from typing import Any

from docchain.clock import now
from docchain.definitions.checks.history import inline_items_most, item_events
from docchain.definitions.foreach import chain_inside
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.errors import DocchainError, PermanentStepError, TransientStepError
from docchain.ids import new_ulid
from docchain.nodes.kinds.foreach import INLINE_CONCURRENCY_MOST, Foreach
from docchain.runs.errors import StepAlreadyRunning
from docchain.runs.models import ItemPages, NodeRecord, NodeStatus, Run, StepOrder
from docchain.steps.hashing import content_hash
from docchain.steps.items import store_items, store_manifest
from docchain.steps.notes import settled
from docchain.steps.reading import read_step
from docchain.steps.results import document_reader
from docchain.steps.scope import scope_of
from docchain.steps.world import StepWorld
from functions.steps.control.foreach_items import items_of
from functions.steps.control.foreach_outcomes import SUCCEEDED, read_items

Answer = dict[str, Any]
NOTHING_LEFT: Answer = {"mode": "none", "indexes": []}


class InlineTooLong(PermanentStepError):
    code = "HISTORY_BUDGET"


@dataclass(frozen=True)
class Prepared:
    record: NodeRecord
    way: Answer


def prepare(order: StepOrder, world: StepWorld, seconds_left: float) -> Answer:
    """``{"map": {"mode", "indexes" or "manifest"}}`` for the machine. Nothing is left to do when it was done before."""
    read = read_step(order, world)
    node, records, earlier = read.node, read.records, read.earlier
    if earlier and earlier.status == NodeStatus.COMPLETED:
        return {"facts": earlier.facts, "map": NOTHING_LEFT}
    if earlier and earlier.status == NodeStatus.FAILED and _counts(earlier, order, node):
        raise PermanentStepError((earlier.error or {}).get("message", "The node failed before."))
    record = _claimed(order, node, earlier, seconds_left)
    passed = settled(order, read.nodes, records, world.records)
    try:
        prepared = _prepared(order, world, read.run, read.definition, node, record, earlier, records)
    except TransientStepError:
        raise
    except DocchainError as error:
        _fail(order, world, record, earlier, passed, error)
        raise PermanentStepError(error.message) from error
    if not world.records.claim(order, prepared.record, passed, earlier):
        raise StepAlreadyRunning(f"Node {node.key!r} is prepared by another delivery.")
    return {"facts": prepared.record.facts, "map": prepared.way}


def _prepared(
    order: StepOrder,
    world: StepWorld,
    run: Run,
    definition: WorkflowDefinition,
    node: NodeDefinition,
    record: NodeRecord,
    earlier: NodeRecord | None,
    records: dict[str, NodeRecord],
) -> Prepared:
    chain = chain_inside(node)
    if earlier and earlier.items:
        found = read_items(world, order, node, earlier.items.count)
        todo = [index for index, one in enumerate(found) if one.status != SUCCEEDED]
        pages: ItemPages = earlier.items
        hashes = {"config_hash": earlier.config_hash, "input_hash": earlier.input_hash}
    else:
        scope = scope_of(world.contents, order.tenant, run, node, records)
        config = Foreach.model_validate(node.config)
        items = items_of(config.items, scope, document_reader(world, order.tenant), nodes=len(chain.nodes))
        pages, todo = store_items(world.contents, order.tenant, items), list(range(len(items)))
        hashes = {
            "config_hash": content_hash({**node.config, "items": items}),
            "input_hash": content_hash({"input": scope["input"], "nodes": scope["nodes"]}),
        }
    changes = {"items": pages, "facts": {"count": pages.count}, **hashes}
    return Prepared(record.model_copy(update=changes), _way(order, world, definition, node, todo))


def _way(
    order: StepOrder, world: StepWorld, definition: WorkflowDefinition, node: NodeDefinition, todo: list[int]
) -> Answer:
    """Inline while the run's history has room for the items; what was compiled has the ways that its mode allows."""
    if not todo:
        return NOTHING_LEFT
    mode, most = node.config.get("mode", "auto"), inline_items_most(definition, node.key)
    if mode == "inline" and len(todo) > most:
        raise InlineTooLong(
            f"{len(todo)} items inline could need {len(todo) * item_events(node)} history events, and {most} items "
            "fit. Leave mode at auto, or shorten the chain inside."
        )
    wide = node.config.get("max_concurrency", 10) > INLINE_CONCURRENCY_MOST
    suits = len(todo) <= most and not (wide and len(todo) > INLINE_CONCURRENCY_MOST)
    if mode == "inline" or (mode == "auto" and suits):
        return {"mode": "inline", "indexes": todo}
    return {"mode": "distributed", "manifest": store_manifest(world.contents, order.tenant, todo)}


def _counts(failed: NodeRecord, order: StepOrder, node: NodeDefinition) -> bool:
    """A resumed run tries again, but for a failure that was handled: the way of the run was decided on it."""
    return failed.fence // 1000 == order.generation or node.on_error != "fail"


def _claimed(order: StepOrder, node: NodeDefinition, earlier: NodeRecord | None, seconds_left: float) -> NodeRecord:
    return NodeRecord(
        key=node.key,
        node_id=node.id,
        node_type=node.node_type,
        effect_class="pure",
        status=NodeStatus.RUNNING,
        fence=order.fence,
        claim_id=new_ulid(),
        attempts=earlier.attempts + 1 if earlier else 1,
        started_at=now(),
        lease_until=int(time.time() + seconds_left),
    )


def _fail(
    order: StepOrder,
    world: StepWorld,
    record: NodeRecord,
    earlier: NodeRecord | None,
    passed: list[NodeRecord],
    error: DocchainError,
) -> None:
    told = {"code": error.code, "message": error.message, "node": record.key}
    if world.records.claim(order, record, passed, earlier):
        failed = {"status": NodeStatus.FAILED, "finished_at": now(), "error": told}
        world.records.fail(order, record.model_copy(update=failed))
