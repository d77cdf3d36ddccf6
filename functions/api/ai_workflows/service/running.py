"""Executing an AI workflow, and how it stands."""

import time
from typing import Final

from docchain.ai_workflows.errors import AiWorkflowChanged, AiWorkflowNotFound
from docchain.ai_workflows.executing import Executor
from docchain.ai_workflows.models import AiStatus, AiWorkflow
from docchain.ai_workflows.standing import Records, Standing, standing_of, step_views
from docchain.auth.caller import Caller
from docchain.clock import from_iso, now
from docchain.documents.store import ContentStore
from docchain.runs.errors import RunNotFound
from docchain.runs.models import OPEN, Run
from docchain.storage.idempotency import IdempotencyKey
from functions.api.ai_workflows.schemas import AiWorkflowView, CardView, ExecuteOrder, ExecutionView

_MESSAGES: Final = {
    AiStatus.COMPLETED: "AI workflow completed.",
    AiStatus.FAILED: "AI workflow failed.",
    AiStatus.CANCELLED: "AI workflow cancelled.",
}


def number_in(workflow_id: str) -> int:
    """Raises ``AiWorkflowNotFound`` for what is no id of an AI workflow."""
    digits = workflow_id.removeprefix("ai_workflow_")
    if digits == workflow_id or not digits.isascii() or not digits.isdecimal() or len(digits) > 12:
        raise AiWorkflowNotFound(workflow_id)
    return int(digits)


def execute(
    executor: Executor,
    contents: ContentStore,
    caller: Caller,
    number: int,
    order: ExecuteOrder,
    key: IdempotencyKey | None,
) -> ExecutionView:
    """Starts it, and waits for its end as long as the order says."""
    began = time.monotonic()
    tenant_id = caller.tenant_id
    run = executor.start(tenant_id, executor.workflows.read(tenant_id, number), caller.username, key)
    run = executor.control.wait(tenant_id, run, order.wait_seconds)
    whole = executor.workflows.read(tenant_id, number)
    records = _records(executor, tenant_id, run)
    if run.status not in OPEN and whole.card.run_id == run.id:
        _settle(executor, tenant_id, whole, run, records)
    stands = standing_of(whole, run, records, contents, tenant_id)
    return ExecutionView(
        workflow_id=whole.card.id,
        status=stands.status,
        progress=stands.progress,
        results=stands.results,
        errors=stands.errors,
        execution_time=_seconds(stands, time.monotonic() - began),
        message=_MESSAGES.get(stands.status, "AI workflow is at work."),
        timestamp=now(),
        run_id=run.id,
    )


def look(executor: Executor, contents: ContentStore, caller: Caller, number: int) -> AiWorkflowView:
    """As its run is at this moment, whatever the card has heard."""
    tenant_id = caller.tenant_id
    whole = executor.workflows.read(tenant_id, number)
    run: Run | None = None
    records: Records = {}
    if whole.card.run_id is not None:
        try:
            run = executor.control.runs.read(tenant_id, whole.card.run_id, consistent=True)
        except RunNotFound:  # its retention is over; the card still says how it ended
            run = None
        records = _records(executor, tenant_id, run) if run else {}
    return view_of(whole, standing_of(whole, run, records, contents, tenant_id), records)


def view_of(whole: AiWorkflow, stands: Standing, records: Records) -> AiWorkflowView:
    seen = {
        "status": stands.status,
        "current_step": stands.current_step,
        "progress": stands.progress,
        "started_at": stands.started_at,
        "completed_at": stands.completed_at,
    }
    card = CardView.of(whole.card).model_dump() | seen
    return AiWorkflowView(
        **card,
        input_data=whole.body.input_data,
        parameters=whole.body.parameters,
        steps=step_views(whole, records),
        results=stands.results,
        errors=stands.errors,
        choices=whole.body.choices,
    )


def _records(executor: Executor, tenant_id: str, run: Run) -> Records:
    return {record.key: record for record in executor.control.runs.read_records(tenant_id, run.id)}


def _settle(executor: Executor, tenant_id: str, whole: AiWorkflow, run: Run, records: Records) -> None:
    """So that who asks for the figures next finds it in them; the listener, if it was faster, wrote the same."""
    try:
        executor.follower.settle(tenant_id, whole, run, records)
    except AiWorkflowChanged:
        executor.follower.catch_up(tenant_id, whole)


def _seconds(stands: Standing, waited: float) -> float:
    if stands.started_at and stands.completed_at:
        return round((from_iso(stands.completed_at) - from_iso(stands.started_at)).total_seconds(), 3)
    return round(waited, 3)
