"""What a schedule is to start: that it is there, that it is well formed, and that its maker may start it."""

import json
from dataclasses import dataclass
from typing import Final

from docchain.ai_workflows.errors import AiWorkflowNotFound
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.auth.caller import Caller
from docchain.errors import DocchainError, invalid
from docchain.outbound.errors import AddressRefused
from docchain.outbound.headers import checked_headers
from docchain.outbound.policy import Policy
from docchain.outbound.urls import target_of
from docchain.runs.control import check_parameters
from docchain.schedules.rights import require_scopes
from docchain.schedules.targets import (
    BODY_BYTES_MOST,
    OWN_HEADERS,
    AiWorkflowTarget,
    Target,
    TaskTarget,
    WebhookTarget,
    WorkflowTarget,
)
from docchain.tasks.kinds.shapes import SHAPES, parsed
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
        if isinstance(target, TaskTarget) and target.task_type not in SHAPES:
            raise invalid("target.task_type", f"is not one of {', '.join(SHAPES)}")
        require_scopes(caller, target)
        match target:
            case WorkflowTarget():
                check_parameters(dict(target.parameters))
                _bounded("target.parameters", target.parameters, PARAMETERS_BYTES_MOST)
                try:
                    self.workflows.read(caller.tenant_id, target.workflow_id)
                except WorkflowNotFound as error:
                    raise _unknown(error) from None
            case AiWorkflowTarget():
                try:
                    self.ai_workflows.read_card(caller.tenant_id, target.number)
                except AiWorkflowNotFound as error:
                    raise _unknown(error) from None
            case TaskTarget():
                parsed(target.task_type, target.metadata, "target.metadata")
                _bounded("target.metadata", target.metadata, METADATA_BYTES_MOST)
            case WebhookTarget():
                self._check_webhook(target)

    def _check_webhook(self, target: WebhookTarget) -> None:
        _bounded("target.body", target.body, BODY_BYTES_MOST)
        try:
            target_of(target.url, self.policy)
        except AddressRefused as error:
            raise invalid("target.url", error.message) from None
        if taken := {name.lower() for name in target.headers} & {name.lower() for name in OWN_HEADERS}:
            raise invalid("target.headers", f"{', '.join(sorted(taken))} is said by the scheduler")
        try:
            checked_headers(target.headers)
        except AddressRefused as error:
            raise invalid("target.headers", error.message) from None


def _bounded(name: str, value: object, most: int) -> None:
    if len(json.dumps(value).encode()) > most:
        raise invalid(name, f"is larger than {most} bytes")


def _unknown(error: DocchainError) -> DocchainError:
    return invalid("target.workflow_id", error.message)
