"""Asks people: the approval, a place on each approver's list, and the event that becomes a letter."""

from typing import Any

from docchain.approvals.entries import entries
from docchain.approvals.events import approval_event
from docchain.approvals.models import ApprovalStatus, Approver, Asked
from docchain.approvals.principals import principal_of
from docchain.nodes.kinds.approval import Approval
from docchain.runs.models import StepOrder
from docchain.steps.world import StepWorld
from docchain.waits import opening
from functions.steps.control.waiting import wait_for


def ask_approvers(order: StepOrder, world: StepWorld, _: float) -> dict[str, Any]:
    table = world.records.table

    def ask(asking: opening.Asking) -> opening.Asked:
        if asking.earlier is not None:  # they know; what was said stands
            asked = Asked.model_validate(asking.earlier.asked)
            return opening.Asked(asking.earlier.asked, entries(table, asking.wait, asked, ApprovalStatus.PENDING))
        asked = asked_of(asking.config)
        told = approval_event(
            table,
            asking.wait,
            "approval.requested",
            None,
            message=asked.message,
            approvers=[one.principal for one in asked.approvers],
            due_at=asking.wait.due_at,
        )
        actions = [*entries(table, asking.wait, asked, ApprovalStatus.PENDING), told]
        return opening.Asked(asked.model_dump(mode="json"), actions)

    return wait_for(order, world, ask)


def asked_of(config: Approval) -> Asked:
    """Raises ``ApproversInvalid`` when a template gave something that names nobody."""
    principals = dict.fromkeys(principal_of(str(one)) for one in config.approvers)
    return Asked(
        message=str(config.message)[:MESSAGE_SHOWN],
        mode=config.mode,
        on_expiry=config.on_expiry,
        allow_delegation=config.allow_delegation,
        form_fields=config.form_fields,
        approvers=[Approver(principal=one) for one in principals],
    )


MESSAGE_SHOWN = 4_000  # a template may have made more of the message than its author wrote
