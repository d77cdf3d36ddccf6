"""Runs a workflow and waits for what comes out."""

import time

from docchain.auth.caller import Caller
from docchain.documents.store import ContentStore
from docchain.runs.control import RunControl
from docchain.runs.models import RunStatus
from docchain.runs.results import results_of
from docchain.storage.idempotency import IdempotencyKey
from docchain.workflows.definitions import DefinitionReader
from functions.api.advanced.schemas import ExecuteOrder, ExecutionView


def execute(
    control: RunControl,
    definitions: DefinitionReader,
    contents: ContentStore,
    caller: Caller,
    order: ExecuteOrder,
    key: IdempotencyKey | None,
) -> ExecutionView:
    started = time.monotonic()
    run = control.start(caller.tenant_id, order.workflow_id, order.parameters or {}, caller.username, key=key)
    run = control.wait(caller.tenant_id, run, order.wait_seconds)
    results = {}
    if run.status != RunStatus.RUNNING:
        records = {r.key: r for r in control.runs.read_records(caller.tenant_id, run.id)}
        definition = definitions.read(caller.tenant_id, run.workflow_id, run.version)
        results = results_of(contents, caller.tenant_id, definition, records)
    return ExecutionView(
        workflow_id=order.workflow_id,
        status=run.status.value,
        results=results,
        execution_time=round(time.monotonic() - started, 3),
        run_id=run.id,
        error=run.error,
    )
