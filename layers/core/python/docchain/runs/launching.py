"""Hands a run that is written to Step Functions, and takes it away again, without publishing anything."""

import json
from typing import TYPE_CHECKING

from docchain.runs.control import execution_input
from docchain.runs.models import Run
from docchain.workflows.state_machines import execution_arn

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


def launch(client: "SFNClient", tenant_id: str, run: Run) -> bool:
    """Idempotent by the execution's name. ``False`` when the machine is gone; resuming by the API makes it again."""
    gone = client.exceptions
    try:
        client.start_execution(
            stateMachineArn=run.state_machine_arn,
            name=run.execution_name(tenant_id),
            input=json.dumps(execution_input(tenant_id, run)),
        )
    except gone.ExecutionAlreadyExists:
        return True
    except (gone.StateMachineDoesNotExist, gone.StateMachineDeleting):
        return False
    return True


def halt(client: "SFNClient", tenant_id: str, run: Run, cause: str) -> None:
    """Its record says already that it ended; steps at work find that out."""
    arn = execution_arn(run.state_machine_arn, run.execution_name(tenant_id))
    try:
        client.stop_execution(executionArn=arn, error="Cancelled", cause=cause)
    except client.exceptions.ExecutionDoesNotExist:
        return
