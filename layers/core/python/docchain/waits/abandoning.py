"""What a run that has ended for good leaves behind: nobody is asked any more, and what it had started is stopped."""

from docchain.approvals.entries import entries
from docchain.approvals.models import ApprovalStatus, Asked
from docchain.nodes.kinds import approval, subworkflow
from docchain.runs.errors import RunHasEnded, RunNotFound
from docchain.runs.launching import halt
from docchain.storage.table import Action
from docchain.waits.children import Answers
from docchain.waits.models import Wait, WaitStatus

ACTOR = "system"


def abandon_waits(world: Answers, tenant_id: str, run_id: int) -> None:
    """The run that a node had started is stopped first: a second time finds the wait still open if this one dies."""
    for wait in world.waits.of_run(tenant_id, run_id):
        if wait.status == WaitStatus.OPEN:
            abandon(world, wait)


def abandon(world: Answers, wait: Wait) -> None:
    if wait.kind == subworkflow.KIND.name and wait.asked.get("wait"):
        cancel_child(world, wait, f"Run {wait.run_id}, which it was started for, has ended.")
    extra: list[Action] = []
    if wait.kind == approval.KIND.name:
        extra = entries(world.waits.table, wait, Asked.model_validate(wait.asked), ApprovalStatus.CANCELLED)
    world.waits.abandon(wait, extra)


def cancel_child(world: Answers, wait: Wait, reason: str) -> None:
    try:
        child = world.runs.read(wait.tenant_id, wait.asked["run_id"], consistent=True)
        world.runs.cancel(wait.tenant_id, child, ACTOR, reason)
    except (RunNotFound, RunHasEnded):
        return
    halt(world.machines, wait.tenant_id, child, reason)
