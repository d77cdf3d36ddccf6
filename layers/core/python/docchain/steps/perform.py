"""The walk of a step: read, claim, work, complete. Three AWS calls besides the work; a fourth keeps what was paid.

What if the process dies here? Before the claim: nothing happened. After the claim: Step Functions retries with a higher
attempt, whose fence takes the record over. After the completion: the next delivery finds the record and answers it.
What the classes of effects add to this is in ``promises``.
"""

import time
from dataclasses import dataclass, replace
from typing import Any, Never

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import from_iso, now
from docchain.costs.steps import cost_of_step
from docchain.costs.worst_case import NOTHING_PAID
from docchain.definitions.models import NodeDefinition
from docchain.errors import DocchainError, PermanentStepError, StepError, TransientStepError
from docchain.ids import new_ulid
from docchain.nodes.kind import NodeKind
from docchain.observability import logger
from docchain.replay.content_key import content_key
from docchain.replay.reuse import take_over
from docchain.runs.doubts import is_left_open
from docchain.runs.errors import EffectUndecided, StepAlreadyRunning
from docchain.runs.models import NodeRecord, NodeStatus, Run, StepOrder
from docchain.runs.outputs import output_bytes
from docchain.steps.answers import KEEPING, find_answer, keep_answer
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.hashing import content_hash
from docchain.steps.items import read_item
from docchain.steps.needs import upstream_of
from docchain.steps.notes import settled
from docchain.steps.promises import Phase, Verdict, effect_key, is_transient, verdict
from docchain.steps.reading import read_step
from docchain.steps.results import completed_record, document_reader
from docchain.steps.scope import configured, scope_of
from docchain.steps.spending import Spending
from docchain.steps.world import StepWorld

Answer = dict[str, Any]


def perform(order: StepOrder, world: StepWorld, seconds_left: float) -> Answer:
    """``{"facts": {...}}`` for the state machine. Raises ``TransientStepError`` or ``PermanentStepError``."""
    read = read_step(order, world)
    node, kind, records, earlier = read.node, read.kind, read.records, read.earlier
    if earlier and (answer := _answer_of(earlier, order, node)):
        return answer
    record = _claimed_record(order, node, kind, earlier, seconds_left)
    happened = None
    if earlier and is_left_open(earlier):
        if earlier.fence == order.fence and time.time() < earlier.lease_until:
            raise StepAlreadyRunning(f"Node {node.key!r} is at work under another delivery of the same attempt.")
        happened = find_answer(world.contents, order, earlier, {})
        if happened is None:
            return _doubted(order, world, earlier, "an attempt began it and did not say how it ended.")
    passed = settled(order, read.nodes, records, world.records)
    if not world.records.claim(order, record, passed, earlier):
        return _answer_of_other(order, world, node)
    upstream = upstream_of(read.definition, node, kind) or node.sources
    return _work(order, world, read.run, node, kind, record, records, read.whole, upstream, seconds_left, happened)


@dataclass
class _Progress:
    """How far a step has come, for whoever must judge what its failure means."""

    phase: Phase = Phase.BEFORE


def _work(
    order: StepOrder,
    world: StepWorld,
    run: Run,
    node: NodeDefinition,
    kind: NodeKind,
    record: NodeRecord,
    records: dict[str, NodeRecord],
    whole: NodeRecord | None,
    upstream: tuple[str, ...],
    seconds_left: float,
    happened: NodeResult | None,
) -> Answer:
    """``happened`` is what an earlier attempt did and could not record."""
    started = time.monotonic()
    progress = _Progress(Phase.AFTER if happened else Phase.BEFORE)
    spending = Spending(order, world, run, record, reads=len(records))
    try:
        scope = scope_of(world.contents, order.tenant, run, node, records, _place(order, world, whole))
        config = configured(node, kind, scope)
        call = NodeCall(
            tenant_id=order.tenant,
            run_id=order.run,
            workflow_id=order.workflow,
            node_key=node.key,
            config=config,
            scope=scope,
            upstream={k: scope["nodes"][k] for k in upstream if scope["nodes"].get(k) is not None},
            deadline=started + min(seconds_left - 1, node.timeout_seconds or kind.timeout_seconds),
            read_document=document_reader(world, order.tenant),
            written=node.config,
            effect_key=effect_key(order, record),
            effect_class=record.effect_class,
            about_to_pay=spending.reserve,
        )
        hashes = {
            "config_hash": content_hash(config.model_dump(mode="json", warnings=False)),
            "input_hash": _input_hash(scope),
        }
        made_from = content_key(kind, hashes["config_hash"], call.upstream)
        record = record.model_copy(update={**hashes, "content_key": made_from})
        if happened is None and (taken := take_over(world.records.table, order, run, record)):
            world.records.complete(order, taken, [])
            return {"facts": taken.facts}
        result = happened or _acted(order, world, kind, record, call, hashes, progress)
        milliseconds = (time.monotonic() - started) * 1000
        done, actions = completed_record(order, world, run, record, result, records)
        usage, cost = cost_of_step(
            result.usage,
            milliseconds,
            world.memory_mb,
            world.architecture,
            reads=len(records),
            size=output_bytes(done),
            stored=done.stored_output is not None,
        )
        spending.complete(done.model_copy(update={"usage": usage, "cost_usd": cost}), actions)
    except Exception as error:  # noqa: BLE001  # judged by its kind, and always raised again
        _judged(order, world, kind, record, error, progress.phase, spending)
    return {"facts": result.facts}


def _acted(
    order: StepOrder,
    world: StepWorld,
    kind: NodeKind,
    record: NodeRecord,
    call: NodeCall,
    hashes: dict[str, str],
    progress: _Progress,
) -> NodeResult:
    """The worker's result, or what an earlier attempt paid for and did not live to record."""
    if record.effect_class == "paid" and record.attempts > 1:
        paid = find_answer(world.contents, order, record, hashes)
        if paid is not None:
            return replace(paid, usage={**paid.usage, "answer_kept": True})
    if record.effect_class != "paid":  # a worker that pays asks itself, when it knows for what
        call.about_to_pay(NOTHING_PAID)
    progress.phase = Phase.ACTING
    result = world.workers[kind.name](call)
    progress.phase = Phase.AFTER
    if record.effect_class in KEEPING:
        try:
            keep_answer(world.contents, order, record, hashes, result)
        except (BotoCoreError, ClientError) as error:
            # It is for the case that the completion is lost as well; that is tried with what is at hand.
            logger.warning("an answer was not kept", exc_info=error)
    return result


def _judged(
    order: StepOrder,
    world: StepWorld,
    kind: NodeKind,
    record: NodeRecord,
    error: Exception,
    phase: Phase,
    spending: Spending,
) -> Never:
    """One of the two words for Step Functions, after the record says as much as is known."""
    told = error if isinstance(error, DocchainError) else StepError(f"The {kind.name} worker broke; see the log.")
    transient = is_transient(error)
    if transient and not isinstance(error, DocchainError):
        logger.warning("aws call failed in a step", exc_info=error)
    elif not isinstance(error, DocchainError):
        logger.exception("a worker broke")
    judged = verdict(error, record.effect_class, phase)
    if judged == Verdict.UNKNOWN:
        _doubted(order, world, record, told.message if told is error or not transient else "a service was away.")
    if judged == Verdict.FAILED:
        _fail(world, record, told, spending)
    if judged == Verdict.AGAIN and record.intent:
        world.records.withdraw(order, record)
    if not transient:
        raise PermanentStepError(told.message) from error
    if isinstance(error, TransientStepError):
        raise error
    raise TransientStepError("A service this step depends on did not answer.") from error


def _doubted(order: StepOrder, world: StepWorld, record: NodeRecord, reason: str) -> Never:
    """Stops the run. Whoever moved the record meanwhile knows more; the next delivery reads it."""
    if not world.records.doubts.record(order, record, reason):
        raise StepAlreadyRunning(f"Node {record.key!r} came to an end under another delivery.")
    raise EffectUndecided(f"Whether node {record.key!r} acted is not known: {reason}")


def _answer_of(record: NodeRecord, order: StepOrder, node: NodeDefinition) -> Answer | None:
    """What an earlier delivery recorded. A failure counts for its own generation: a resumed run tries again. Not so
    one that was handled, on which the way of the run was decided, unless a person decided that it is tried again.
    """
    if record.status == NodeStatus.COMPLETED:
        return {"facts": record.facts}
    if record.status == NodeStatus.UNKNOWN:
        raise EffectUndecided(f"Whether node {record.key!r} acted is not known; resume its run with assume.")
    counts = record.fence // 1000 == order.generation or (node.on_error != "fail" and record.decided is None)
    if record.status == NodeStatus.FAILED and counts:
        raise PermanentStepError((record.error or {}).get("message", "The node failed before."))
    return None


def _answer_of_other(order: StepOrder, world: StepWorld, node: NodeDefinition) -> Answer:
    key = node.key
    _, records = world.records.read_context(order, [key], [key] if order.within else ())
    if key in records and (answer := _answer_of(records[key], order, node)):
        return answer
    raise StepAlreadyRunning(f"Node {key!r} is at work under another delivery of the same attempt.")


def _claimed_record(
    order: StepOrder, node: NodeDefinition, kind: NodeKind, earlier: NodeRecord | None, seconds_left: float
) -> NodeRecord:
    effect_class = kind.effect_for(node.config)
    return NodeRecord(
        key=node.key,
        item=order.item,
        node_id=node.id,
        node_type=kind.name,
        effect_class=effect_class,
        status=NodeStatus.RUNNING,
        fence=order.fence,
        claim_id=new_ulid(),
        intent=effect_class == "once",
        kind_version=kind.version,
        attempts=earlier.attempts + 1 if earlier else 1,
        started_at=now(),
        lease_until=int(time.time() + seconds_left),
    )


def _fail(world: StepWorld, record: NodeRecord, error: DocchainError, spending: Spending) -> None:
    told = {"code": error.code, "message": error.message, "node": record.key}
    if error.details is not None:
        told["details"] = error.details
    moment = now()
    milliseconds = (from_iso(moment) - from_iso(record.started_at)).total_seconds() * 1000
    paid = error.usage if isinstance(error, StepError) else {}
    usage, cost = cost_of_step(paid, milliseconds, world.memory_mb, world.architecture, reads=0)
    failed = {"status": NodeStatus.FAILED, "finished_at": moment, "error": told, "usage": usage, "cost_usd": cost}
    spending.fail(record.model_copy(update=failed))


def _input_hash(scope: dict[str, Any]) -> str:
    seen: dict[str, Any] = {name: scope[name] for name in ("input", "nodes", "item", "index") if name in scope}
    if any(scope["errors"].values()):
        seen["errors"] = scope["errors"]
    return content_hash(seen)


def _place(order: StepOrder, world: StepWorld, whole: NodeRecord | None) -> dict[str, Any]:
    """What a node inside a foreach sees of its item. ``whole`` is the foreach's own record, which has them all."""
    if order.item is None:
        return {}
    return {"item": read_item(world.contents, order.tenant, whole, order.item), "index": order.item}
