"""State machines: a cache of compiled definitions, named by the hash of their bytes."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from docchain.errors import Conflict, NotFound

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StateMachineMissing(NotFound):
    code = "STATE_MACHINE_MISSING"


class StateMachineLeaving(Conflict):
    """It was deleted while an execution of it went on: until that has ended, its name is taken and starts nothing."""

    code = "STATE_MACHINE_LEAVING"


class ExecutionMissing(NotFound):
    code = "EXECUTION_MISSING"


@dataclass(frozen=True)
class StateMachines:
    """``prefix`` keeps stages apart in one account; ``role_arn`` is what executions run as."""

    client: "SFNClient" = field(repr=False)
    prefix: str
    role_arn: str

    def ensure(self, definition: bytes) -> str:
        """Equal definitions share one machine: creating it again answers the same ARN.

        Raises ``StateMachineLeaving``.
        """
        name = f"{self.prefix}{hashlib.sha256(definition).hexdigest()[:32]}"
        try:
            answer = self.client.create_state_machine(
                name=name, definition=definition.decode(), roleArn=self.role_arn, type="STANDARD"
            )
        except self.client.exceptions.StateMachineDeleting:
            raise StateMachineLeaving(f"State machine {name} is being deleted; try again in a minute.") from None
        return answer["stateMachineArn"]

    def each(self) -> Iterator[tuple[str, datetime]]:
        """Those of the stage, with when they were made. A call per hundred."""
        pages = self.client.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 100})
        for page in pages:
            for machine in page["stateMachines"]:
                if machine["name"].startswith(self.prefix):
                    yield machine["stateMachineArn"], machine["creationDate"]

    def last_started(self, state_machine_arn: str) -> datetime | None:
        """When its newest execution began, of those that Step Functions still knows (90 days)."""
        found = self.client.list_executions(stateMachineArn=state_machine_arn, maxResults=100)["executions"]
        return max((execution["startDate"] for execution in found), default=None)

    def is_running(self, state_machine_arn: str) -> bool:
        found = self.client.list_executions(stateMachineArn=state_machine_arn, statusFilter="RUNNING", maxResults=1)
        return bool(found["executions"])

    def delete(self, state_machine_arn: str) -> None:
        """An execution that began meanwhile goes on to its end. Of one that is gone this is no news."""
        self.client.delete_state_machine(stateMachineArn=state_machine_arn)

    def start(self, state_machine_arn: str, name: str, data: dict[str, Any]) -> None:
        """Idempotent by name: a second start, or one whose answer was lost, changes nothing.

        Raises ``StateMachineMissing`` when housekeeping removed the machine, ``StateMachineLeaving`` while it does.
        """
        try:
            self.client.start_execution(stateMachineArn=state_machine_arn, name=name, input=json.dumps(data))
        except self.client.exceptions.ExecutionAlreadyExists:
            return
        except self.client.exceptions.StateMachineDoesNotExist:
            raise StateMachineMissing(f"State machine {state_machine_arn} is gone.") from None
        except self.client.exceptions.StateMachineDeleting:
            raise StateMachineLeaving(f"State machine {state_machine_arn} is being deleted.") from None

    def status(self, execution_arn: str) -> str:
        """RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED. Raises ``ExecutionMissing``."""
        try:
            return self.client.describe_execution(executionArn=execution_arn)["status"]
        except self.client.exceptions.ExecutionDoesNotExist:
            raise ExecutionMissing(f"Execution {execution_arn} does not exist.") from None

    def stop(self, execution_arn: str, cause: str) -> None:
        try:
            self.client.stop_execution(executionArn=execution_arn, error="Cancelled", cause=cause)
        except self.client.exceptions.ExecutionDoesNotExist:
            return


def execution_arn(state_machine_arn: str, name: str) -> str:
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
