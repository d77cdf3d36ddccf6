"""Ends a run as completed or failed, from its records.

Idempotent: a second delivery finds the run ended and changes nothing.
"""

import json
from typing import Any

from docchain.costs.steps import cost_of_run
from docchain.errors import TransientStepError
from docchain.runs.doubts import is_left_open
from docchain.runs.errors import RunNotFound
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus, StepOrder
from docchain.runs.records import passed_record
from functions.steps.lifecycle.dependencies import definitions, records, runs


def run(order: StepOrder, _: float) -> dict[str, Any]:
    if order.passed:
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
    """Control nodes that no worker came after."""
    definition = definitions().read(order.tenant, order.workflow, order.version)
    nodes = {n.key: n for n in definition.nodes}
    passed = [
        passed_record(order, p["node"], nodes[p["node"]].id, nodes[p["node"]].node_type, p.get("outcome"))
        for p in order.passed
    ]
    records().pass_by(order, passed)


def _fail(order: StepOrder, current: Run, found: list[NodeRecord], cost: float) -> None:
    """The node that failed says why. One that was still at work never came back: its worker died or ran out of time."""
    failed = next((r for r in found if r.status == NodeStatus.FAILED), None)
    if failed is None and _is_in_doubt(order, current, found, cost):
        return
    if failed:
        error = failed.error or {"code": "STEP_FAILED", "message": "The node failed.", "node": failed.key}
    else:
        error = _lost(order, found)
    runs().end(order.tenant, current, RunStatus.FAILED, error=error, cost_usd=cost)


def _is_in_doubt(order: StepOrder, current: Run, found: list[NodeRecord], cost: float) -> bool:
    """A node that acts once and never came back stops the run for a person; it does not fail it."""
    doubted = [r for r in found if is_left_open(r) and records().doubts.record(order, r, "it did not come back.")]
    unknown = next((r for r in found if r.status == NodeStatus.UNKNOWN), None)
    if unknown:
        runs().end(order.tenant, current, RunStatus.INTERRUPTED, error=unknown.error, cost_usd=cost)
    return bool(doubted or unknown)


def _lost(order: StepOrder, found: list[NodeRecord]) -> dict[str, Any]:
    lost = next((r for r in found if r.status == NodeStatus.RUNNING), None)
    reported = str((order.fail or {}).get("Error", "unknown"))
    where = f"Node {lost.key!r}" if lost else "A step"
    if reported == TransientStepError.__name__:
        reason = _reason((order.fail or {}).get("Cause"))
        error = {"code": "STEP_GAVE_UP", "message": f"{where} failed in every attempt: {reason}"}
    else:
        error = {
            "code": "STEP_LOST",
            "message": f"{where} did not come back ({reported}): its worker died, or was out of time or memory.",
        }
    error["message"] += " POST .../resume runs it again."
    if lost:
        error["node"] = lost.key
    return error


def _reason(cause: Any) -> str:
    """Step Functions hands on what Lambda reported, as JSON; our steps put nothing in it that is not for the user."""
    try:
        return str(json.loads(cause)["errorMessage"])
    except (TypeError, ValueError, KeyError):
        return "it was not said why."
