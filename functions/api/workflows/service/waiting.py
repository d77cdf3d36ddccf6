"""What a run's nodes wait for, as far as the caller may know it."""

from docchain.approvals.models import approval_id
from docchain.auth.caller import Caller
from docchain.nodes.kinds import approval, wait_for_webhook
from docchain.runs.models import NodeStatus
from docchain.waits.hooks import token_of
from docchain.waits.models import Wait
from docchain.waits.repository import WaitRepository
from functions.api.workflows.run_schemas import NodeRunView, WaitingView

HOOKS = "/api/v3/workflows/hooks"


def with_waits(waits: WaitRepository, caller: Caller, run_id: int, views: list[NodeRunView]) -> list[NodeRunView]:
    """One read for all of them, and none for a run that waits for nothing."""
    found = {wait.node: wait for wait in waits.of_run(caller.tenant_id, run_id)}
    return [
        view.model_copy(update={"waiting": _view(found[view.key], shows_hook=caller.may("workflows:write"))})
        if view.status == NodeStatus.WAITING and view.key in found
        else view
        for view in views
    ]


def _view(wait: Wait, *, shows_hook: bool) -> WaitingView:
    is_hook = wait.kind == wait_for_webhook.KIND.name
    return WaitingView(
        asked_at=wait.asked_at,
        due_at=wait.due_at,
        approval_id=approval_id(wait.run_id, wait.node) if wait.kind == approval.KIND.name else None,
        webhook=f"{HOOKS}/{token_of(wait)}" if is_hook and shows_hook else None,
        run_id=wait.asked.get("run_id"),
    )
