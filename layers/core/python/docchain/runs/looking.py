"""Reads what an explanation is made from: records, waits and definition; nothing for a run that ended."""

from docchain.clock import epoch
from docchain.runs.explaining import Explanation, explain
from docchain.runs.models import Run, RunStatus
from docchain.runs.repository import RunRepository
from docchain.waits.models import WaitStatus
from docchain.waits.repository import WaitRepository
from docchain.workflows.definitions import DefinitionReader


def explain_run(
    tenant_id: str,
    run: Run,
    execution: str | None,
    runs: RunRepository,
    waits: WaitRepository,
    definitions: DefinitionReader,
) -> Explanation:
    """``execution`` is its status in Step Functions, ``None`` when there is none."""
    definition = definitions.read(tenant_id, run.workflow_id, run.version)
    is_looked_into = run.status == RunStatus.RUNNING and execution == "RUNNING"
    records = runs.read_records(tenant_id, run.id) if is_looked_into else []
    found = waits.of_run(tenant_id, run.id) if is_looked_into else []
    due = {wait.node: wait.due_at for wait in found if wait.status == WaitStatus.OPEN}
    return explain(run, records, due, definition, execution, epoch())
