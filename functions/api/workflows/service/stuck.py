"""Explanations as views."""

from dataclasses import asdict
from typing import Any

from docchain.runs.control import RunControl
from docchain.runs.looking import explain_run
from docchain.runs.models import Run, RunStatus
from docchain.waits.repository import WaitRepository
from docchain.workflows.definitions import DefinitionReader
from docchain.workflows.state_machines import ExecutionMissing, execution_arn
from functions.api.workflows.proof_schemas import ExplanationView, StuckView


def explanation_view(
    control: RunControl, waits: WaitRepository, definitions: DefinitionReader, tenant_id: str, run: Run
) -> ExplanationView:
    execution = _execution(control, tenant_id, run) if run.status == RunStatus.RUNNING else None
    found = explain_run(tenant_id, run, execution, control.runs, waits, definitions)
    return ExplanationView(
        run_id=run.id, status=run.status, execution=execution, is_stuck=found.is_stuck, **asdict(found)
    )


def stuck_view(run: Run, note: dict[str, Any]) -> StuckView:
    told = {name: note[name] for name in ("says", "since", "noted_at")}
    return StuckView(run_id=run.id, workflow_id=run.workflow_id, status=run.status, started_at=run.started_at, **told)


def _execution(control: RunControl, tenant_id: str, run: Run) -> str | None:
    arn = execution_arn(run.state_machine_arn, run.execution_name(tenant_id))
    try:
        return control.publisher.machines.status(arn)
    except ExecutionMissing:
        return None
