"""Runs that wait for a place: the oldest first, past those whose own workflow is full."""

from typing import TYPE_CHECKING

from docchain.runs.concurrency import Slots
from docchain.runs.launching import launch
from docchain.runs.models import RunStatus
from docchain.runs.repository import RunRepository

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

LOOKED_AT = 100


def start_queued(runs: RunRepository, slots: Slots, client: "SFNClient", tenant_id: str) -> int:
    """How many were started. If the process dies between the steps: a place that nobody came to hold is freed by the
    sweep, and a run that is written as running and has no execution is started by whoever looks after open runs.
    """
    started = 0
    full: set[int] = set()
    for run in runs.read_queued(tenant_id, LOOKED_AT):
        if run.workflow_id in full:
            continue
        place = slots.take(tenant_id, run)
        if place is None:
            if run.concurrency_limit is None:
                break  # the tenant itself is full
            full.add(run.workflow_id)
            continue
        held = run.model_copy(update={"place": place})
        begun = runs.begin_queued(tenant_id, held)
        if begun is None:
            slots.give_back(tenant_id, held.model_copy(update={"status": RunStatus.CANCELLED}))
            continue
        launch(client, tenant_id, begun)
        started += 1
    return started
