"""Answers the node that a run was started for, when that run has ended. Asked twice, it answers once."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docchain.documents.store import ContentStore
from docchain.errors import PermanentStepError
from docchain.nodes.kinds.subworkflow import KIND
from docchain.observability import logger
from docchain.runs.models import OPEN, NodeRecord, Run, RunStatus
from docchain.runs.repository import RunRepository
from docchain.runs.results import results_of
from docchain.waits.answering import send
from docchain.waits.errors import WaitOver
from docchain.waits.models import Reply, WaitStatus
from docchain.waits.repository import WaitRepository
from docchain.waits.results import completed, failed
from docchain.workflows.definitions import DefinitionReader

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class ChildRefused(PermanentStepError):
    code = "SUBWORKFLOW_REFUSED"


class ChildFailed(PermanentStepError):
    code = "SUBWORKFLOW_FAILED"


@dataclass(frozen=True)
class Answers:
    """What answering for another run needs from the world."""

    waits: WaitRepository
    runs: RunRepository
    definitions: DefinitionReader
    contents: ContentStore
    machines: "SFNClient" = field(repr=False)


def answer_parent(world: Answers, tenant_id: str, child: Run) -> bool:
    """``False`` when there is nothing to say yet, or nobody to say it to: a resumed parent asks again."""
    if child.parent is None:
        return False
    waiting = world.waits.read(tenant_id, child.parent.run_id, child.parent.node)
    if waiting is None or waiting.wait.kind != KIND.name or waiting.wait.asked.get("run_id") != child.id:
        return False
    if waiting.wait.status == WaitStatus.ANSWERED:
        send(world.machines, world.waits, waiting.wait)
        return True
    if waiting.wait.asked["wait"] and child.status in OPEN:
        return False
    record, reply = _answered(world, tenant_id, child, waiting.record, waits=waiting.wait.asked["wait"])
    try:
        closed = world.waits.close(waiting, record, WaitStatus.ANSWERED, reply)
    except WaitOver as error:
        logger.info("a run's end was told to nobody", extra={"run": child.id, "reason": error.message})
        return False
    send(world.machines, world.waits, closed)
    return True


def _answered(
    world: Answers, tenant_id: str, child: Run, record: NodeRecord, *, waits: bool
) -> tuple[NodeRecord, Reply]:
    told: dict[str, Any] = {"run_id": child.id, "workflow_id": child.workflow_id, "version": child.version}
    facts = {"run_id": child.id, "status": child.status.value}
    if not waits:
        return completed(world.contents, tenant_id, record, {**told, "status": child.status.value}, facts, None)
    record = record.model_copy(update={"cost_usd": round((record.cost_usd or 0.0) + (child.cost_usd or 0.0), 12)})
    if child.status != RunStatus.COMPLETED:
        reason = (child.error or {}).get("message", "it did not say why")
        error = ChildFailed(
            f"Run {child.id} of workflow {child.workflow_id} is {child.status.value}: {reason}",
            details={"run_id": child.id, "status": child.status.value, "error": child.error},
        )
        return failed(record, error)
    definition = world.definitions.read(tenant_id, child.workflow_id, child.version)
    records = {r.key: r for r in world.runs.read_records(tenant_id, child.id)}
    try:
        outputs = results_of(world.contents, tenant_id, definition, records)
        texts = (o["text"] for o in outputs.values() if isinstance(o, dict) and isinstance(o.get("text"), str))
        output = {**told, "status": child.status.value, "outputs": outputs, "text": next(texts, "")}
        return completed(world.contents, tenant_id, record, output, facts, None)
    except PermanentStepError as error:
        # Too much for one output, as a rule: it is so each time, and the parent would hear of no end.
        return failed(record, error)
