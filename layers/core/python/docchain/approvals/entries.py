"""Who is asked what: an item per approver in the run's partition, listed by approver through the table's index."""

from typing import Any

from docchain.approvals.models import ApprovalStatus, Asked, approval_id
from docchain.runs import keys
from docchain.storage.items import Item
from docchain.storage.table import Action, Table
from docchain.waits.models import Wait

PREFIX = "asked#"


def listed_by(tenant_id: str, principal: str) -> str:
    return f"{tenant_id}#asked#{principal}"


def entries(table: Table, wait: Wait, asked: Asked, status: ApprovalStatus) -> list[Action]:
    """One per approver who still stands; who handed it on is left behind."""
    return [
        table.putting(_entry(wait, asked, one.principal, status)) for one in asked.approvers if not one.delegated_to
    ]


def handed_on(table: Table, wait: Wait, principal: str) -> Action:
    """Takes it off somebody's list."""
    pk, sk = keys.partition(wait.tenant_id, wait.run_id), _key(wait.node, principal)
    return table.updating(pk, sk, set_={"handed_on": True}, remove=keys.BY_WORKFLOW_KEYS)


def _entry(wait: Wait, asked: Asked, principal: str, status: ApprovalStatus) -> Item:
    told: dict[str, Any] = {
        "id": approval_id(wait.run_id, wait.node),
        "run_id": wait.run_id,
        "workflow_id": wait.workflow_id,
        "node": wait.node,
        "status": status.value,
        "message": asked.message,
        "asked_at": wait.asked_at,
        "due_at": wait.due_at,
        # Who is asked by several names sees it once, by the first of them.
        "principals": [one.principal for one in asked.approvers if not one.delegated_to],
    }
    return {
        "pk": keys.partition(wait.tenant_id, wait.run_id),
        "sk": _key(wait.node, principal),
        "entity": "asked",
        "gsi_pk": listed_by(wait.tenant_id, principal),
        "gsi_sk": f"{status.value}#{wait.asked_at}#{wait.run_id:012d}#{wait.node}",
        "approval": told,
    }


def _key(node: str, principal: str) -> str:
    return f"{PREFIX}{node}#{principal}"
