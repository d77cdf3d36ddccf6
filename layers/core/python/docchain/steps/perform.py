"""The walk of a step: read, claim, work, complete. Three AWS calls besides the work.

What if the process dies here? Before the claim: nothing happened. After the claim: Step Functions retries with a higher
attempt, whose fence takes the record over. After the completion: the next delivery finds the record and answers it.
"""

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import now
from docchain.costs.steps import cost_of_step
from docchain.definitions.models import NodeDefinition
from docchain.errors import DocchainError, PermanentStepError, StepError, TransientStepError
from docchain.ids import new_ulid
from docchain.nodes import catalogue
from docchain.nodes.kind import NodeKind
from docchain.observability import logger
from docchain.runs.errors import RunNotRunning, StepAlreadyRunning
from docchain.runs.models import NodeRecord, NodeStatus, Run, RunStatus, StepOrder
from docchain.runs.records import passed_record
from docchain.steps.call import NodeCall
from docchain.steps.hashing import content_hash
from docchain.steps.needs import needs_of, upstream_of
from docchain.steps.promises import effect_key
from docchain.steps.results import completed_record, document_reader
from docchain.steps.scope import configured, scope_of
from docchain.steps.world import StepWorld
from docchain.storage.items import Item

Answer = dict[str, Any]


def perform(order: StepOrder, world: StepWorld, seconds_left: float) -> Answer:
    """``{"facts": {...}}`` for the state machine. Raises ``TransientStepError`` or ``PermanentStepError``."""
    definition = world.definitions.read(order.tenant, order.workflow, order.version)
    nodes = {n.key: n for n in definition.nodes}
    node = nodes[order.node]
    kind = catalogue.get(node.node_type)
    item, records = world.records.read_context(order, [node.key, *needs_of(definition, node, kind)])
    run = _running(item, order)
    earlier = records.get(node.key)
    if earlier and (answer := _answer_of(earlier, order)):
        return answer
    record = _claimed_record(order, node, kind, earlier, seconds_left)
    passed = [
        passed_record(order, p["node"], nodes[p["node"]].id, nodes[p["node"]].node_type, p.get("outcome"))
        for p in order.passed
    ]
    if not world.records.claim(order, record, passed):
        return _answer_of_other(order, world, node.key)
    upstream = upstream_of(definition, node, kind) or node.sources
    return _work(order, world, run, node, kind, record, records, upstream, seconds_left)


def _work(
    order: StepOrder,
    world: StepWorld,
    run: Run,
    node: NodeDefinition,
    kind: NodeKind,
    record: NodeRecord,
    records: dict[str, NodeRecord],
    upstream: tuple[str, ...],
    seconds_left: float,
) -> Answer:
    started = time.monotonic()
    try:
        scope = scope_of(world.contents, order.tenant, run, node, records)
        config = configured(node, kind, scope)
        call = NodeCall(
            tenant_id=order.tenant,
            run_id=order.run,
            node_key=node.key,
            config=config,
            scope=scope,
            upstream={k: scope["nodes"][k] for k in upstream if scope["nodes"].get(k) is not None},
            deadline=started + min(seconds_left - 1, node.timeout_seconds or kind.timeout_seconds),
            read_document=document_reader(world, order.tenant),
            written=node.config,
            effect_key=effect_key(order, record),
            effect_class=record.effect_class,
        )
        result = world.workers[kind.name](call)
        milliseconds = (time.monotonic() - started) * 1000
        usage, cost = cost_of_step(result.usage, milliseconds, world.memory_mb, world.architecture, reads=len(records))
        hashes = {"config_hash": content_hash(config.model_dump(mode="json")), "input_hash": _input_hash(scope)}
        done, actions = completed_record(order, world, run, record, result, records)
        done = done.model_copy(update={**hashes, "usage": usage, "cost_usd": cost})
        world.records.complete(order, done, actions)
    except TransientStepError:
        raise
    except (BotoCoreError, ClientError) as error:
        logger.warning("aws call failed in a step", exc_info=error)
        raise TransientStepError("A service this step depends on did not answer.") from error
    except DocchainError as error:
        _fail(order, world, record, error)
        raise PermanentStepError(error.message) from error
    except Exception as error:
        logger.exception("a worker broke")
        _fail(order, world, record, StepError(f"The {kind.name} worker broke; the log has the trace."))
        raise PermanentStepError("The worker broke.") from error
    return {"facts": result.facts}


def _running(item: Item | None, order: StepOrder) -> Run:
    if item is None:
        raise RunNotRunning(f"Run {order.run} does not exist.")
    run = Run.model_validate(item)
    if run.status != RunStatus.RUNNING or run.generation != order.generation:
        raise RunNotRunning(f"Run {order.run} is {run.status} in generation {run.generation}.")
    return run


def _answer_of(record: NodeRecord, order: StepOrder) -> Answer | None:
    """What an earlier delivery recorded. A failure counts for its own generation: a resumed run tries again."""
    if record.status == NodeStatus.COMPLETED:
        return {"facts": record.facts}
    if record.status == NodeStatus.FAILED and record.fence // 1000 == order.generation:
        raise PermanentStepError((record.error or {}).get("message", "The node failed before."))
    return None


def _answer_of_other(order: StepOrder, world: StepWorld, key: str) -> Answer:
    _, records = world.records.read_context(order, [key])
    if key in records and (answer := _answer_of(records[key], order)):
        return answer
    raise StepAlreadyRunning(f"Node {key!r} is at work under another delivery of the same attempt.")


def _claimed_record(
    order: StepOrder, node: NodeDefinition, kind: NodeKind, earlier: NodeRecord | None, seconds_left: float
) -> NodeRecord:
    return NodeRecord(
        key=node.key,
        node_id=node.id,
        node_type=kind.name,
        effect_class=kind.effect_for(node.config),
        status=NodeStatus.RUNNING,
        fence=order.fence,
        claim_id=new_ulid(),
        attempts=earlier.attempts + 1 if earlier else 1,
        started_at=now(),
        lease_until=int(time.time() + seconds_left),
    )


def _fail(order: StepOrder, world: StepWorld, record: NodeRecord, error: DocchainError) -> None:
    told = {"code": error.code, "message": error.message, "node": record.key}
    if error.details is not None:
        told["details"] = error.details
    failed = {"status": NodeStatus.FAILED, "finished_at": now(), "error": told}
    world.records.fail(order, record.model_copy(update=failed))


def _input_hash(scope: dict[str, Any]) -> str:
    return content_hash({"input": scope["input"], "nodes": scope["nodes"]})
