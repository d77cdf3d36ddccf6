"""When the time of a wait is over: it fails, or an approval takes the answer that its author chose for silence."""

from docchain.approvals.entries import entries
from docchain.approvals.events import approval_event
from docchain.approvals.models import ApprovalStatus, Asked
from docchain.approvals.outcome import decided_record, expired_record
from docchain.nodes.kinds import approval, subworkflow
from docchain.nodes.kinds.approval import APPROVED, REJECTED
from docchain.runs.models import RunStatus
from docchain.storage.table import Action
from docchain.waits.abandoning import ACTOR, abandon, cancel_child
from docchain.waits.answering import send
from docchain.waits.children import Answers
from docchain.waits.errors import ChildExpired, WaitOver, WebhookExpired
from docchain.waits.models import WaitStatus
from docchain.waits.repository import Waiting
from docchain.waits.results import failed

SILENCE = {"approve": APPROVED, "reject": REJECTED}


def expire(world: Answers, waiting: Waiting) -> bool:
    """``False`` when somebody answered in this moment. Of a run that does not go, the wait ends without an answer."""
    wait, run = waiting.wait, waiting.run
    if run.status != RunStatus.RUNNING or run.generation != wait.generation:
        abandon(world, wait)
        return True
    extra: list[Action] = []
    if wait.kind == approval.KIND.name:
        asked = Asked.model_validate(wait.asked)
        outcome = SILENCE.get(asked.on_expiry)
        record, reply = (
            decided_record(world.contents, waiting, asked, outcome, expired=True)
            if outcome
            else expired_record(waiting)
        )
        told = approval_event(world.waits.table, wait, "approval.expired", ACTOR, on_expiry=asked.on_expiry)
        extra = [told, *entries(world.waits.table, wait, asked, ApprovalStatus.EXPIRED)]
    elif wait.kind == subworkflow.KIND.name:
        cancel_child(world, wait, "The node that waited for it has waited long enough.")
        record, reply = failed(waiting.record, ChildExpired("The other run did not end in time, and was cancelled."))
    else:
        record, reply = failed(waiting.record, WebhookExpired("Nobody called the address in time."))
    try:
        closed = world.waits.close(waiting, record, WaitStatus.EXPIRED, reply, extra)
    except WaitOver:
        return False
    send(world.machines, world.waits, closed)
    return True
