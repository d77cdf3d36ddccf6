"""What the state machine passed on its way to a step: conditions and waits, and errors that their authors handle.

A note arrives at least once, so all that is written for one may be written again.
"""

from collections.abc import Mapping
from typing import Any

from docchain.clock import now
from docchain.definitions.models import NodeDefinition
from docchain.runs.doubts import is_left_open
from docchain.runs.errors import EffectUndecided, WaitImpossible
from docchain.runs.failures import failure_of
from docchain.runs.models import NodeRecord, NodeStatus, StepOrder
from docchain.runs.records import RecordRepository, passed_record

Note = dict[str, Any]
_TIME_PROBLEMS = {
    "INVALID_TIME": "was given '{cause}' to wait for; a moment is written as 2026-12-31T09:00:00Z.",
    "TIME_TOO_FAR": "was to wait until {cause}, and a run waits for a year at most.",
}


def handled_nodes(order: StepOrder) -> list[str]:
    """Nodes that failed on the way here, whose records ``settled`` asks for."""
    return [note["node"] for note in order.passed if "error" in note and "outcome" in note]


def settled(
    order: StepOrder,
    nodes: Mapping[str, NodeDefinition],
    found: dict[str, NodeRecord],
    records: RecordRepository,
) -> list[NodeRecord]:
    """Records of the conditions and waits, to be written with whatever comes next. ``found`` gets what was given up.

    Raises ``WaitImpossible``, ``EffectUndecided``.
    """
    passed: list[NodeRecord] = []
    impossible: list[tuple[NodeDefinition, Note]] = []
    for note in order.passed:
        node = nodes[note["node"]]
        if "error" not in note:
            passed.append(passed_record(order, node.key, node.id, node.node_type, note.get("outcome")))
        elif "outcome" in note:
            found[node.key] = _given_up(order, node, note, found.get(node.key), records)
        else:
            impossible.append((node, note))
    if impossible:
        records.pass_by(order, passed)
        _refuse_wait(order, *impossible[0], records)
    return passed


def _given_up(
    order: StepOrder, node: NodeDefinition, note: Note, record: NodeRecord | None, records: RecordRepository
) -> NodeRecord:
    """As a rule the worker has said itself why it failed. One that died left its record open, or none."""
    if record and is_left_open(record):
        records.doubts.record(order, record, "it did not come back.")
    if record and (is_left_open(record) or record.status == NodeStatus.UNKNOWN):
        raise EffectUndecided(f"Whether node {node.key!r} acted is not known, so its error cannot be handled.")
    if record and record.status != NodeStatus.RUNNING:
        return record
    error = {**failure_of(node.key, str(note["error"]), note.get("cause")), "node": node.key}
    failed = {"status": NodeStatus.FAILED, "finished_at": now(), "output": None, "facts": {}, "error": error}
    record = record or passed_record(order, node.key, node.id, node.node_type, None)
    given_up = record.model_copy(update=failed)
    records.give_up(order, given_up)
    return given_up


def _refuse_wait(order: StepOrder, node: NodeDefinition, note: Note, records: RecordRepository) -> None:
    """A Wait cannot fail in a state machine: it says what is wrong, and the next step ends the run with it."""
    message = f"Node {node.key!r} {_TIME_PROBLEMS[note['error']].format(cause=note['cause'])}"
    record = passed_record(order, node.key, node.id, node.node_type, None)
    error = {"code": note["error"], "message": message, "node": node.key}
    records.give_up(order, record.model_copy(update={"status": NodeStatus.FAILED, "output": None, "error": error}))
    raise WaitImpossible(message)
