"""Ends a run as completed or failed, from its records.

Idempotent: a second delivery finds the run ended and changes nothing.
"""

from typing import Any

from docchain.costs.steps import cost_of_run
from docchain.definitions.models import WorkflowDefinition
from docchain.errors import RunOver
from docchain.runs.doubts import is_left_open
from docchain.runs.errors import RunNotFound
from docchain.runs.failures import failure_of
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus, StepOrder
from docchain.steps.notes import handled_nodes, settled
from functions.steps.lifecycle.dependencies import definitions, records, runs


def run(order: StepOrder, _: float) -> dict[str, Any]:
    _record_passed(order)
    found = runs().read_records(order.tenant, order.run)
    current = runs().read(order.tenant, order.run, consistent=True)
    if current.generation != order.generation:
        raise RunNotFound(order.run)
    cost = cost_of_run(found)
    if order.fail is not None:
        _fail(order, current, found, cost)
        return {"status": RunStatus.FAILED.value}
    runs().end(order.tenant, current, RunStatus.COMPLETED, cost_usd=cost)
    return {"status": RunStatus.COMPLETED.value}


def _record_passed(order: StepOrder) -> None:
    """Conditions and waits that no worker came after, and errors that were handled."""
    if not order.passed:
        return
    nodes = {n.key: n for n in _definition(order).nodes}
    handled = handled_nodes(order)
    found = records().read_context(order, handled)[1] if handled else {}
    try:
        records().pass_by(order, settled(order, nodes, found, records()))
    except RunOver:
        if order.fail is None:
            raise  # and come back with it as what failed


def _definition(order: StepOrder) -> WorkflowDefinition:
    return definitions().read(order.tenant, order.workflow, order.version)


def _fail(order: StepOrder, current: Run, found: list[NodeRecord], cost: float) -> None:
    """The node that failed says why. One that was still at work never came back: its worker died or ran out of time."""
    if (order.fail or {}).get("Error") == RunOver.__name__ and current.status != RunStatus.RUNNING:
        return
    failed = _decisive(order, found)
    if failed is None and _is_in_doubt(order, current, found, cost):
        return
    if failed:
        error = failed.error or {"code": "STEP_FAILED", "message": "The node failed.", "node": failed.key}
    else:
        error = _lost(order, found)
    runs().end(order.tenant, current, RunStatus.FAILED, error=error, cost_usd=cost)


def _decisive(order: StepOrder, found: list[NodeRecord]) -> NodeRecord | None:
    """The first to fail of those whose error nobody handles."""
    failed = [r for r in found if r.status == NodeStatus.FAILED]
    if not failed:
        return None
    handled = {n.key for n in _definition(order).nodes if n.on_error != "fail"}
    decisive = (r for r in failed if r.key not in handled)
    return min(decisive, key=lambda r: r.finished_at or "", default=None)


def _is_in_doubt(order: StepOrder, current: Run, found: list[NodeRecord], cost: float) -> bool:
    """A node that acts once and never came back stops the run for a person; it does not fail it."""
    doubted = [r for r in found if is_left_open(r) and records().doubts.record(order, r, "it did not come back.")]
    unknown = next((r for r in found if r.status == NodeStatus.UNKNOWN), None)
    if unknown:
        runs().end(order.tenant, current, RunStatus.INTERRUPTED, error=unknown.error, cost_usd=cost)
    return bool(doubted or unknown)


def _lost(order: StepOrder, found: list[NodeRecord]) -> dict[str, Any]:
    lost = next((r for r in found if r.status == NodeStatus.RUNNING), None)
    told = order.fail or {}
    error = failure_of(lost.key if lost else None, str(told.get("Error", "unknown")), told.get("Cause"))
    error["message"] += " POST .../resume runs it again."
    if lost:
        error["node"] = lost.key
    return error
