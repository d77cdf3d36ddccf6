"""What a schedule is to start: that it is there, that it is well formed, and that its maker may start it."""

import json
from dataclasses import dataclass
from typing import Final

from docchain.ai_workflows.errors import AiWorkflowNotFound
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.auth.caller import Caller
from docchain.errors import DocchainError, Forbidden, invalid
from docchain.outbound.errors import AddressRefused
from docchain.outbound.headers import checked_headers
from docchain.outbound.policy import Policy
from docchain.outbound.urls import target_of
from docchain.runs.control import check_parameters
from docchain.schedules.targets import (
    BODY_BYTES_MOST,
    AiWorkflowTarget,
    Target,
    TaskTarget,
    WebhookTarget,
    WorkflowTarget,
)
from docchain.tasks.kinds.shapes import SCOPES, SHAPES, parsed
from docchain.workflows.errors import WorkflowNotFound
from docchain.workflows.repository import WorkflowRepository

METADATA_BYTES_MOST: Final = 64 * 1024
"""Of a task that is asked for again and again; a schedule and all it starts is one item of a table."""
PARAMETERS_BYTES_MOST: Final = 64 * 1024


@dataclass(frozen=True)
class Checker:
    workflows: WorkflowRepository
    ai_workflows: AiWorkflowRepository
    policy: Policy

    def check(self, caller: Caller, target: Target | None) -> None:
        """Raises ``Forbidden`` and ``ValidationFailed``. One read for a workflow, none for the rest."""
        match target:
            case WorkflowTarget():
                _require(caller, "workflows:write")
                check_parameters(dict(target.parameters))
                _bounded("target.parameters", target.parameters, PARAMETERS_BYTES_MOST)
                try:
                    self.workflows.read(caller.tenant_id, target.workflow_id)
                except WorkflowNotFound as error:
                    raise _unknown(error) from None
            case AiWorkflowTarget():
                _require(caller, "ai_workflows:write")
                try:
                    self.ai_workflows.read_card(caller.tenant_id, target.number)
                except AiWorkflowNotFound as error:
                    raise _unknown(error) from None
            case TaskTarget():
                self._check_task(caller, target)
            case WebhookTarget():
                self._check_webhook(caller, target)

    def _check_task(self, caller: Caller, target: TaskTarget) -> None:
        if target.task_type not in SHAPES:
            raise invalid("target.task_type", f"is not one of {', '.join(SHAPES)}")
        _require(caller, "background:write")
        for scope in SCOPES[target.task_type]:
            _require(caller, scope)
        parsed(target.task_type, target.metadata, "target.metadata")
        _bounded("target.metadata", target.metadata, METADATA_BYTES_MOST)

    def _check_webhook(self, caller: Caller, target: WebhookTarget) -> None:
        """It is signed with a secret of the tenant, which only who may use its vault puts to use."""
        _require(caller, "vault:read")
        _bounded("target.body", target.body, BODY_BYTES_MOST)
        try:
            target_of(target.url, self.policy)
            checked_headers(target.headers)
        except AddressRefused as error:
            raise invalid("target.url", error.message) from None


def _require(caller: Caller, scope: str) -> None:
    if not caller.may(scope):
        raise Forbidden(f"What this schedule starts needs the scope {scope}.", details={"scope": scope})


def _bounded(name: str, value: object, most: int) -> None:
    if len(json.dumps(value).encode()) > most:
        raise invalid(name, f"is larger than {most} bytes")


def _unknown(error: DocchainError) -> DocchainError:
    return invalid("target.workflow_id", error.message)
