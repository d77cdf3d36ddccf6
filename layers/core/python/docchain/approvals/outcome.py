"""What a decided approval leaves in its node's record: who, when, and what they said."""

from docchain.approvals.errors import ApprovalExpired
from docchain.approvals.models import Asked
from docchain.documents.store import ContentStore
from docchain.runs.models import NodeRecord
from docchain.waits.models import Reply
from docchain.waits.repository import Waiting
from docchain.waits.results import completed, failed

_COMMENT_IN_FACTS = 500


def decided_record(
    contents: ContentStore, waiting: Waiting, asked: Asked, outcome: str, *, expired: bool = False
) -> tuple[NodeRecord, Reply]:
    """The decision that ended it is the last one that says what the outcome is."""
    said = [one.decision for one in asked.approvers if one.decision]
    last = max((d for d in said if d.decision == outcome), key=lambda d: d.at, default=None)
    output = {
        "outcome": outcome,
        "expired": expired,
        "message": asked.message,
        "decided_by": last.by if last else None,
        "decided_at": last.at if last else None,
        "comment": last.comment if last else None,
        "fields": last.fields if last else {},
        "decisions": [d.model_dump(mode="json") for d in sorted(said, key=lambda d: d.at)],
    }
    comment = (last.comment or "")[:_COMMENT_IN_FACTS] if last else ""
    facts = {"decided_by": last.by if last else "", "comment": comment}
    return completed(contents, waiting.wait.tenant_id, waiting.record, output, facts, outcome)


def expired_record(waiting: Waiting) -> tuple[NodeRecord, Reply]:
    return failed(waiting.record, ApprovalExpired("Nobody decided in time."))
