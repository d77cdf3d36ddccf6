"""After the items: what came of them becomes the foreach's own record, with their cost; the run's end reads only that.

Two deliveries read the same records and write the same result; the completion takes one of them.
"""

import time
from typing import Any

from docchain.clock import now
from docchain.costs.steps import cost_of_step
from docchain.definitions.models import NodeDefinition
from docchain.errors import DocchainError, PermanentStepError
from docchain.runs.errors import StepSuperseded
from docchain.runs.models import NodeRecord, NodeStatus, StepOrder
from docchain.steps.call import NodeResult
from docchain.steps.open_run import running
from docchain.steps.results import completed_record
from docchain.steps.world import StepWorld
from functions.steps.control.foreach_outcomes import FAILED, NOT_RUN, SUCCEEDED, ItemOutcome, read_items

NAMED_MOST = 10  # failed items that the error tells of; the others have their records


class ItemsFailed(PermanentStepError):
    code = "ITEMS_FAILED"


def gather(order: StepOrder, world: StepWorld, _: float) -> dict[str, Any]:
    """``{"facts": {"count", "succeeded", "failed"}}``. Raises ``ItemsFailed`` when more failed than is tolerated."""
    started = time.monotonic()
    definition = world.definitions.read(order.tenant, order.workflow, order.version)
    node = next(n for n in definition.nodes if n.key == order.node)
    item, records = world.records.read_context(order, [node.key])
    run = running(item, order)
    record = _prepared(order, records.get(node.key))
    if record.status == NodeStatus.COMPLETED:
        return {"facts": record.facts}
    if record.items is None:
        raise StepSuperseded(f"Node {node.key!r} was not prepared.")
    items = read_items(world, order, node, record.items.count)
    record = _with_cost(world, record, items, started)
    try:
        _require_tolerable(node, items, order.map_error)
        result = _result(items)
        done, actions = completed_record(order, world, run, record, result, {})
    except DocchainError as error:
        told = {"code": error.code, "message": error.message, "node": node.key, "details": error.details}
        failed = {"status": NodeStatus.FAILED, "finished_at": now(), "error": told}
        world.records.fail(order, record.model_copy(update=failed))
        raise PermanentStepError(error.message) from error
    world.records.complete(order, done, actions)
    return {"facts": done.facts}


def _prepared(order: StepOrder, record: NodeRecord | None) -> NodeRecord:
    if record is None or (record.status != NodeStatus.COMPLETED and record.fence // 1000 != order.generation):
        raise StepSuperseded(f"Node {order.node!r} belongs to another generation of the run.")
    if record.status == NodeStatus.FAILED:
        raise PermanentStepError((record.error or {}).get("message", "The node failed before."))
    return record


def _require_tolerable(node: NodeDefinition, items: list[ItemOutcome], map_error: str) -> None:
    failed = [item for item in items if item.status == FAILED]
    left = sum(item.status == NOT_RUN for item in items)
    tolerated = node.config.get("tolerated_failure_percentage", 0)
    if not left and len(failed) * 100 <= tolerated * len(items):
        return
    share = round(len(failed) * 100 / len(items), 2)
    message = f"{len(failed)} of {len(items)} items failed ({share:g} %), and {tolerated:g} % are tolerated"
    if left:
        message += f"; {left} were not run" + (f" ({map_error})" if map_error else "")
    details = [{"item": item.index, "error": item.error} for item in failed[:NAMED_MOST]]
    raise ItemsFailed(f"{message}. POST .../resume runs those again.", details=details)


def _result(items: list[ItemOutcome]) -> NodeResult:
    succeeded = sum(item.status == SUCCEEDED for item in items)
    counts = {"count": len(items), "succeeded": succeeded, "failed": len(items) - succeeded}
    return NodeResult(output={**counts, "results": [_told(item) for item in items]}, facts={**counts})


def _told(item: ItemOutcome) -> dict[str, Any]:
    told: dict[str, Any] = {"index": item.index, "status": item.status}
    if item.status == SUCCEEDED:
        told["outputs"] = item.outputs
        return {**told, "documents": item.documents} if item.documents else told
    return {**told, "error": item.error}


def _with_cost(world: StepWorld, record: NodeRecord, items: list[ItemOutcome], started: float) -> NodeRecord:
    """The sum over its items, and its own work."""
    milliseconds = (time.monotonic() - started) * 1000
    # Each page of records read is some ten of the small reads that the price is for; the list is rendered once.
    usage, cost = cost_of_step({}, milliseconds, world.memory_mb, world.architecture, reads=len(items))
    for item in items:
        for name, spent in item.usage.items():
            usage[name] = usage.get(name, 0) + spent
    usage["items"], usage["own_cost_usd"] = len(items), cost
    return record.model_copy(update={"usage": usage, "cost_usd": round(cost + sum(i.cost for i in items), 12)})
