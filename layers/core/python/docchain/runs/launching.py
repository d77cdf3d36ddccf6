"""Hands a run that is written to Step Functions, and takes it away again."""

import json
from typing import TYPE_CHECKING, Any

from docchain.runs.models import PARAMETER_FACTS_BYTES_MOST, Run
from docchain.runs.repository import RunRepository
from docchain.workflows.publishing import Publisher
from docchain.workflows.state_machines import StateMachineMissing, execution_arn

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


def launch(client: "SFNClient", tenant_id: str, run: Run) -> bool:
    """For those who may make no machine. Idempotent by the execution's name.

    ``False`` when the machine is gone: the sweeper, which may, makes it again and starts the run within two minutes.
    """
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


def start_or_restore(publisher: Publisher, runs: RunRepository, tenant_id: str, run: Run) -> None:
    """Idempotent by the execution's name. A machine that housekeeping removed is compiled again from the version.

    Workers may have moved since it was published: then the machine has another name, and the run is told of it before
    it starts there, so that whoever looks after it looks in the right place.
    Raises ``StateMachineLeaving``, ``StateMachineMissing`` when it is not to be seen yet, ``VersionNotFound``.
    """
    data, name = execution_input(tenant_id, run), run.execution_name(tenant_id)
    try:
        publisher.machines.start(run.state_machine_arn, name, data)
    except StateMachineMissing:
        arn = publisher.restore(tenant_id, run.workflow_id, run.version)
        if arn == run.state_machine_arn or runs.move(tenant_id, run, arn):
            publisher.machines.start(arn, name, data)


def halt(client: "SFNClient", tenant_id: str, run: Run, cause: str) -> None:
    """Its record says already that it ended; steps at work find that out."""
    arn = execution_arn(run.state_machine_arn, run.execution_name(tenant_id))
    try:
        client.stop_execution(executionArn=arn, error="Cancelled", cause=cause)
    except client.exceptions.ExecutionDoesNotExist:
        return


def execution_input(tenant_id: str, run: Run) -> dict[str, Any]:
    """References, and the scalars of the parameters that conditions may read."""
    facts = {k: v for k, v in run.params.items() if isinstance(v, str | int | float | bool)}
    while len(json.dumps(facts).encode()) > PARAMETER_FACTS_BYTES_MOST:
        del facts[max(facts, key=lambda k: len(json.dumps(facts[k])))]
    return {
        "tenant": tenant_id,
        "run": run.id,
        "workflow": run.workflow_id,
        "version": run.version,
        "generation": run.generation,
        "params": facts,
        "facts": {},
        "outcomes": {},
        "passed": [],
    }
