"""What is told of an approval: in its run's own history, and to the audit. Never a link, never a token."""

from typing import Any

from docchain.approvals.models import approval_id
from docchain.runs.events import run_event_item
from docchain.storage.items import Item
from docchain.storage.table import Action, Table
from docchain.waits.models import Wait


def approval_event_item(wait: Wait, kind: str, actor: str | None, **data: Any) -> Item:
    known = {"approval_id": approval_id(wait.run_id, wait.node), "node": wait.node}
    return run_event_item(wait.tenant_id, wait.run_id, wait.workflow_id, kind, actor=actor, **known, **data)


def approval_event(table: Table, wait: Wait, kind: str, actor: str | None, **data: Any) -> Action:
    return table.putting(approval_event_item(wait, kind, actor, **data))
