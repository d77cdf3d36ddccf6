"""Runs that wait for a place: the oldest first, past those whose own workflow is full."""

from typing import TYPE_CHECKING

from docchain.runs.concurrency import Slots
from docchain.runs.launching import launch
from docchain.runs.repository import RunRepository

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

LOOKED_AT = 100


def start_queued(runs: RunRepository, slots: Slots, client: "SFNClient", tenant_id: str) -> int:
    """How many were started. If the process dies between the steps: a place that was taken is taken again, and a run
    that is written as running and has no execution is started by whoever looks after open runs.
    """
    started = 0
    full: set[int] = set()
    for run in runs.read_queued(tenant_id, LOOKED_AT):
        if run.workflow_id in full:
            continue
        if not slots.take(tenant_id, run):
            if run.concurrency_limit is None:
                break  # the tenant itself is full
            full.add(run.workflow_id)
            continue
        begun = runs.begin_queued(tenant_id, run)
        if begun is None:
            slots.give_back(tenant_id, runs.read(tenant_id, run.id, consistent=True))
            continue
        launch(client, tenant_id, begun)
        started += 1
    return started
