"""One action on many workflows: each succeeds or fails by itself, and doing it again changes nothing more."""

import time
from dataclasses import replace

from docchain.auth.caller import Caller
from docchain.errors import DocchainError, invalid
from docchain.runs.control import RunControl
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.errors import WorkflowNotFound
from docchain.workflows.models import Workflow, WorkflowStatus
from functions.api.workflows.portable_schemas import BulkOrder, BulkResult, BulkView
from functions.api.workflows.schemas import ChangeWorkflow
from functions.api.workflows.service import workflows as service

# The edge waits 29 s. What was not reached by then says so, and the same request with the same key goes on there.
SECONDS_MOST = 20
_STATUS = {"activate": WorkflowStatus.ACTIVE, "pause": WorkflowStatus.PAUSED}


class NotReached(DocchainError):
    status = 503
    code = "NOT_REACHED"


def do_all(control: RunControl, caller: Caller, order: BulkOrder, key: IdempotencyKey | None) -> BulkView:
    """The answer is kept under the key when all were reached; runs have keys of their own, one per workflow."""
    if order.parameters is not None and order.action != "execute":
        raise invalid("parameters", "are only for the action execute")
    table = control.workflows.table
    if key and (earlier := key.earlier_answer(table)):
        return BulkView.model_validate(earlier)
    deadline = time.monotonic() + SECONDS_MOST
    ids = list(dict.fromkeys(order.ids))
    known = control.workflows.read_many(caller.tenant_id, ids)
    results = [_result(control, caller, order, key, known.get(i), i, deadline) for i in ids]
    succeeded = sum(r.success for r in results)
    view = BulkView(
        action=order.action,
        total=len(results),
        succeeded=succeeded,
        failed=len(results) - succeeded,
        results=results,
    )
    if key and not any((r.error or {}).get("code") == NotReached.code for r in results):
        try:
            table.transact([key.recording(table, view.model_dump(mode="json"))])
        except ConditionFailed:
            # The same request beside this one: what it did and what this one did is the same, and it was first.
            return BulkView.model_validate(key.earlier_answer(table) or view)
    return view


def _result(
    control: RunControl,
    caller: Caller,
    order: BulkOrder,
    key: IdempotencyKey | None,
    workflow: Workflow | None,
    workflow_id: int,
    deadline: float,
) -> BulkResult:
    try:
        if time.monotonic() > deadline:
            raise NotReached("There was no time left for this one; send the same request again.")
        if workflow is None or (workflow.status == WorkflowStatus.DELETED and order.action != "delete"):
            raise WorkflowNotFound(workflow_id)
        if order.action == "execute":
            return _executed(control, caller, order, key, workflow_id)
        return _moved(control, caller, order, workflow)
    except DocchainError as error:
        told = {"code": error.code, "message": error.message, "details": error.details}
        return BulkResult(id=workflow_id, success=False, error={k: v for k, v in told.items() if v is not None})


def _executed(
    control: RunControl, caller: Caller, order: BulkOrder, key: IdempotencyKey | None, workflow_id: int
) -> BulkResult:
    own = replace(key, operation=f"{key.operation}#{workflow_id}") if key else None
    run = control.start(caller.tenant_id, workflow_id, order.parameters or {}, caller.username, key=own)
    return BulkResult(id=workflow_id, success=True, changed=True, run_id=run.id, run_status=run.status.value)


def _moved(control: RunControl, caller: Caller, order: BulkOrder, workflow: Workflow) -> BulkResult:
    wanted = _STATUS.get(order.action, WorkflowStatus.DELETED)
    if workflow.status == wanted:
        return BulkResult(id=workflow.id, success=True, status=wanted.value)
    service.change_workflow(control.workflows, caller, workflow.id, ChangeWorkflow(status=wanted))
    return BulkResult(id=workflow.id, success=True, changed=True, status=wanted.value)
