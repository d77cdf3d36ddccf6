"""From an answer to the record of the node that waited for it."""

from typing import Any

from docchain.clock import now
from docchain.documents.store import ContentStore
from docchain.errors import DocchainError, PermanentStepError
from docchain.runs.models import FACTS_BYTES_MOST, NodeRecord, NodeStatus
from docchain.runs.outputs import keep_output
from docchain.steps.hashing import canonical, content_hash
from docchain.waits.models import Reply

Facts = dict[str, Any]


def completed(
    contents: ContentStore,
    tenant_id: str,
    record: NodeRecord,
    output: dict[str, Any],
    facts: Facts,
    outcome: str | None,
) -> tuple[NodeRecord, Reply]:
    """Facts beyond what may travel are left out: the output has them."""
    facts = facts if len(canonical(facts)) <= FACTS_BYTES_MOST else {}
    if outcome is not None:
        facts = {**facts, "outcome": outcome}
    done = {
        "status": NodeStatus.COMPLETED,
        "finished_at": now(),
        **keep_output(contents, tenant_id, output),
        "output_hash": content_hash(output),
        "facts": facts,
    }
    return record.model_copy(update=done), Reply(facts=facts, outcome=outcome)


def failed(record: NodeRecord, error: DocchainError) -> tuple[NodeRecord, Reply]:
    told = {"code": error.code, "message": error.message, "node": record.key}
    if error.details is not None:
        told["details"] = error.details
    done = record.model_copy(update={"status": NodeStatus.FAILED, "finished_at": now(), "error": told})
    return done, Reply(error=PermanentStepError.__name__, cause=error.message)


def reply_of(record: NodeRecord, outcomes: tuple[str, ...]) -> Reply:
    """What an earlier delivery recorded, said again to a new token."""
    if record.status == NodeStatus.COMPLETED:
        return Reply(facts=record.facts, outcome=record.facts.get("outcome") if outcomes else None)
    message = (record.error or {}).get("message", "The node failed before.")
    return Reply(error=PermanentStepError.__name__, cause=message)
