"""Undoing what the nodes of a failed or cancelled run did: newest first, each once, each with a record of its own.

A compensation is an effect with a class like any other: keyed, so that a second delivery is known by its key, or once,
so that one whose outcome is lost is ``unknown`` and left to a person.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import now
from docchain.definitions.models import NodeDefinition
from docchain.errors import DocchainError, NotYetActed, OutcomeUnknown, TransientStepError
from docchain.ids import new_ulid
from docchain.nodes.kinds import http_request
from docchain.runs.compensations import ENDED, CompensationRepository
from docchain.runs.models import NodeRecord, NodeStatus, Run
from docchain.runs.outputs import keep_output, read_output
from docchain.runs.repository import RunRepository
from docchain.steps.call import NodeCall, NodeResult, Worker
from docchain.steps.hashing import content_hash
from docchain.steps.promises import is_transient
from docchain.steps.results import document_reader
from docchain.steps.scope import configured, scope_of
from docchain.steps.world import StepWorld

TRIES: Final = 3
SECONDS_MOST: Final = http_request.SECONDS_MOST + 30


class StillAtWork(TransientStepError):
    """A node or another delivery is not at its end yet; the event comes again."""

    code = "STILL_AT_WORK"


@dataclass(frozen=True)
class Undoing:
    runs: RunRepository
    world: StepWorld
    send: Worker
    sleep: Callable[[float], None] = time.sleep

    @property
    def records(self) -> CompensationRepository:
        return CompensationRepository(self.runs.table)


def compensate(undoing: Undoing, tenant_id: str, run_id: int, deadline: float) -> int:
    """How many were undone by this call. Raises ``StillAtWork`` to be called again."""
    run = undoing.runs.read(tenant_id, run_id, consistent=True)
    if run.status not in ENDED:
        return 0
    definition = undoing.world.definitions.read(tenant_id, run.workflow_id, run.version)
    named = {n.key: n for n in definition.nodes if n.compensate_with is not None}
    if not named:
        return 0
    done = {r.key: r for r in undoing.runs.read_records(tenant_id, run_id)}
    # What was taken over from another run is that run's to undo.
    acted = [r for r in done.values() if r.key in named and r.reused_from is None]
    began = [r for r in acted if r.status not in (NodeStatus.FAILED, NodeStatus.SKIPPED)]
    if any(r.status == NodeStatus.RUNNING and r.lease_until > time.time() for r in began):
        raise StillAtWork("A node is still at work; what it does is undone when it is done.")
    if not began or not undoing.records.begin(tenant_id, run):
        return 0
    earlier = undoing.records.read(tenant_id, run_id)
    count = 0
    for record in sorted(began, key=lambda r: (r.finished_at or r.started_at, r.node_id), reverse=True):
        if deadline - time.monotonic() < SECONDS_MOST:
            raise StillAtWork("The time is up; the others follow when the event comes again.")
        count += _undo(undoing, tenant_id, run, named[record.key], done, earlier.get(record.key))
    return count


def _undo(
    undoing: Undoing,
    tenant_id: str,
    run: Run,
    node: NodeDefinition,
    done: dict[str, NodeRecord],
    earlier: NodeRecord | None,
) -> int:
    if earlier and earlier.status != NodeStatus.RUNNING:
        return 0
    record = _claimed(node, earlier)
    if done[node.key].status != NodeStatus.COMPLETED:
        _doubt(undoing, tenant_id, run, record, "Whether the node acted is not known; nothing was undone.")
        return 0
    if earlier and earlier.effect_class == "once" and earlier.lease_until < time.time():
        _doubt(undoing, tenant_id, run, record, "An attempt to undo it began and did not say how it ended.")
        return 0
    if not undoing.records.claim(tenant_id, run, record):
        raise StillAtWork("Another delivery is undoing the run.")
    try:
        result = _sent(undoing, tenant_id, run, node, record, done)
    except DocchainError as error:
        _failed(undoing, tenant_id, run, record, error)
        return 0
    kept = keep_output(undoing.world.contents, tenant_id, result.output)
    ended = {"status": NodeStatus.COMPLETED, "finished_at": now(), **kept, "facts": result.facts}
    hashed = {"output_hash": content_hash(result.output), "usage": result.usage}
    undoing.records.finish(tenant_id, run, record.model_copy(update={**ended, **hashed}))
    return 1


def _sent(
    undoing: Undoing,
    tenant_id: str,
    run: Run,
    node: NodeDefinition,
    record: NodeRecord,
    done: dict[str, NodeRecord],
) -> NodeResult:
    """Its templates see what the node saw, and the node's own output."""
    undo = node.model_copy(update={"node_type": http_request.KIND.name, "config": node.compensate_with})
    scope = scope_of(undoing.world.contents, tenant_id, run, undo, done)
    scope["nodes"][node.key] = read_output(undoing.world.contents, tenant_id, done[node.key])
    call = NodeCall(
        tenant_id=tenant_id,
        run_id=run.id,
        node_key=node.key,
        config=configured(undo, http_request.KIND, scope),
        scope=scope,
        upstream={},
        deadline=time.monotonic() + SECONDS_MOST,
        read_document=document_reader(undoing.world, tenant_id),
        written=undo.config,
        effect_key=content_hash([tenant_id, run.id, node.key, "compensation"]),
        effect_class=record.effect_class,
        workflow_id=run.workflow_id,
    )
    for left in reversed(range(TRIES)):
        try:
            return undoing.send(call)
        except TransientStepError as error:
            certain = record.effect_class != "once" or isinstance(error, NotYetActed)
            if left == 0 or not certain or call.seconds_left() < http_request.SECONDS_MOST:
                raise
            undoing.sleep(2.0 ** (TRIES - left))
    raise AssertionError("the last try returns or raises")


def _failed(undoing: Undoing, tenant_id: str, run: Run, record: NodeRecord, error: DocchainError) -> None:
    unknown = isinstance(error, OutcomeUnknown) or (is_transient(error) and not isinstance(error, NotYetActed))
    if record.effect_class == "once" and unknown:
        _doubt(undoing, tenant_id, run, record, error.message)
        return
    told: dict[str, Any] = {"code": error.code, "message": error.message, "node": record.key}
    failed = {"status": NodeStatus.FAILED, "finished_at": now(), "error": told}
    undoing.records.finish(tenant_id, run, record.model_copy(update=failed))


def _doubt(undoing: Undoing, tenant_id: str, run: Run, record: NodeRecord, reason: str) -> None:
    error = {"code": "OUTCOME_UNKNOWN", "message": reason, "node": record.key}
    unknown = {"status": NodeStatus.UNKNOWN, "finished_at": now(), "error": error}
    undoing.records.finish(tenant_id, run, record.model_copy(update=unknown))


def _claimed(node: NodeDefinition, earlier: NodeRecord | None) -> NodeRecord:
    return NodeRecord(
        key=node.key,
        node_id=node.id,
        node_type=http_request.KIND.name,
        effect_class=http_request.KIND.effect_for(node.compensate_with or {}),
        status=NodeStatus.RUNNING,
        fence=0,
        claim_id=new_ulid(),
        attempts=earlier.attempts + 1 if earlier else 1,
        started_at=now(),
        lease_until=int(time.time()) + SECONDS_MOST,
    )
