"""The walk of a step that waits: read, claim, and leave. The claim, the wait and what tells of it are one transaction.

What if the process dies here? Before the claim: the call is tried again. After it: the wait stands, and whoever answers
sends the token. A later attempt or a resumed run finds the wait and gives it a new token: what people said stands.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from docchain.clock import now, to_iso
from docchain.costs.steps import cost_of_step
from docchain.definitions.models import NodeDefinition
from docchain.ids import new_ulid
from docchain.nodes.kind import NodeKind
from docchain.runs.models import NodeRecord, NodeStatus, Run, StepOrder
from docchain.steps.hashing import content_hash
from docchain.steps.notes import settled
from docchain.steps.reading import read_step
from docchain.steps.scope import configured, scope_of
from docchain.steps.world import StepWorld
from docchain.storage.table import Action
from docchain.waits.models import Reply, Wait, WaitStatus
from docchain.waits.repository import WaitRepository
from docchain.waits.results import reply_of


@dataclass(frozen=True)
class Asking:
    """What a kind decides from: its rendered config, and the wait as it would be without it."""

    run: Run
    node: NodeDefinition
    config: Any
    wait: Wait
    # The wait of an attempt before this one, whose record is still waiting.
    earlier: Wait | None
    # The wait that was answered with the failure for which the run was resumed.
    over: Wait | None = None


@dataclass(frozen=True)
class Asked:
    """``asked`` is kept with the wait; ``extra`` is written with the claim."""

    asked: dict[str, Any]
    extra: list[Action] = field(default_factory=list)


Ask = Callable[[Asking], Asked]


def open_wait(order: StepOrder, world: StepWorld, ask: Ask) -> Reply | None:
    """``None`` when the answer comes later. Raises what the step's door turns into a word."""
    started = time.monotonic()
    read = read_step(order, world)
    node, kind, run, records, earlier = read.node, read.kind, read.run, read.records, read.earlier
    if earlier and _is_final(earlier, order):
        return reply_of(earlier, kind.outcomes)
    passed = settled(order, read.nodes, records, world.records)
    scope = scope_of(world.contents, order.tenant, run, node, records)
    config = configured(node, kind, scope)
    waits = WaitRepository(world.records.table)
    before = waits.find(order.tenant, order.run, node.key) if earlier else None
    still = earlier is not None and earlier.status == NodeStatus.WAITING
    kept = before if still and before and before.status == WaitStatus.OPEN else None
    if kept and kept.token == order.token:
        return None  # the same delivery again
    hashes = {"config_hash": content_hash(config.model_dump(mode="json", warnings=False))}
    hashes["input_hash"] = content_hash({"input": scope["input"], "nodes": scope["nodes"]})
    record = _record(order, node, kind, earlier).model_copy(update=hashes)
    wait = _wait(order, kind, config, record, kept)
    over = before if earlier is not None and earlier.status == NodeStatus.FAILED else None
    asked = ask(Asking(run, node, config, wait, kept, over))
    usage, cost = cost_of_step(
        {}, (time.monotonic() - started) * 1000, world.memory_mb, world.architecture, reads=len(records)
    )
    record = record.model_copy(update={"usage": usage, "cost_usd": cost})
    wait = wait.model_copy(update={"asked": asked.asked})
    if world.records.claim(order, record, passed, extra=[waits.opening(wait), *asked.extra]):
        return None
    return _reply_of_other(order, world, record.key, kind)


def _reply_of_other(order: StepOrder, world: StepWorld, key: str, kind: NodeKind) -> Reply | None:
    _, records = world.records.read_context(order, [key])
    other = records.get(key)
    return reply_of(other, kind.outcomes) if other and _is_final(other, order) else None


def _is_final(record: NodeRecord, order: StepOrder) -> bool:
    """A failure counts for its own generation: a resumed run asks again."""
    if record.status == NodeStatus.FAILED:
        return record.fence // 1000 == order.generation
    return record.status == NodeStatus.COMPLETED


def _record(order: StepOrder, node: NodeDefinition, kind: NodeKind, earlier: NodeRecord | None) -> NodeRecord:
    return NodeRecord(
        key=node.key,
        node_id=node.id,
        node_type=kind.name,
        effect_class=kind.effect_for(node.config),
        status=NodeStatus.WAITING,
        fence=order.fence,
        claim_id=new_ulid(),
        attempts=earlier.attempts + 1 if earlier else 1,
        started_at=earlier.started_at if earlier and earlier.status == NodeStatus.WAITING else now(),
        lease_until=int(time.time()),
    )


def _wait(order: StepOrder, kind: NodeKind, config: Any, record: NodeRecord, kept: Wait | None) -> Wait:
    """One that is asked again keeps its time: a retry makes no year of an hour."""
    moment = datetime.now(UTC)
    due = to_iso(moment + timedelta(seconds=getattr(config, kind.waits_for)))
    return Wait(
        tenant_id=order.tenant,
        run_id=order.run,
        workflow_id=order.workflow,
        version=order.version,
        generation=order.generation,
        node=record.key,
        kind=kind.name,
        claim_id=record.claim_id,
        token=order.token,
        status=WaitStatus.OPEN,
        asked_at=kept.asked_at if kept else to_iso(moment),
        due_at=kept.due_at if kept else due,
        asked=kept.asked if kept else {},
    )
