"""Approvals as people see them, and what they say."""

import re

from docchain.approvals.deciding import Decider, Desk, Said, decide, delegate, find, open_of_run
from docchain.approvals.errors import ApprovalAmbiguous, ApprovalNotFound, LinkNotFound
from docchain.approvals.links import Link
from docchain.approvals.models import ROLE, ApprovalStatus, Asked, approval_id
from docchain.approvals.principals import principals_of
from docchain.auth.caller import Caller
from docchain.identity.users import UserRepository
from docchain.nodes.kinds.approval import APPROVED, REJECTED
from docchain.runs.models import OPEN, RunStatus
from docchain.waits.models import Wait, WaitStatus
from docchain.waits.repository import Waiting
from functions.api.workflows.approval_schemas import ApprovalView, Decide, LinkView

DECISIONS = {"approve": APPROVED, "reject": REJECTED}
_ID = re.compile(r"([0-9]{1,12})-([a-z][a-z0-9_]{0,63})", re.ASCII)


def names_of(users: UserRepository, caller: Caller, asked_at: str | None = None) -> list[str]:
    """Whatever a caller is asked by; their address is read, since it may have changed.

    Nobody proves an address they say is theirs, so one that was taken after the question was asked does not count.
    """
    user = users.find(caller.tenant_id, caller.user_id)
    late = bool(user and asked_at and user.email_changed_at and user.email_changed_at >= asked_at)
    return principals_of(caller, user.email if user and not late else None)


def find_by_id(desk: Desk, tenant_id: str, given: str) -> Waiting:
    form = _ID.fullmatch(given)
    if form is None:
        raise ApprovalNotFound(given)
    return find(desk.waits, tenant_id, int(form[1]), form[2])


def find_in_run(desk: Desk, tenant_id: str, run_id: int, node: str | None) -> Waiting:
    """The one that the run waits for. Raises ``ApprovalAmbiguous`` when it waits for several."""
    if node is None:
        waits = open_of_run(desk.waits, tenant_id, run_id)
        if len(waits) > 1:
            names = [w.node for w in waits]
            raise ApprovalAmbiguous(f"The run asks at {', '.join(names)}; name the node.", details={"nodes": names})
        if not waits:
            raise ApprovalNotFound(f"of run {run_id}")
        node = waits[0].node
    return find(desk.waits, tenant_id, run_id, node)


def decided(
    desk: Desk, users: UserRepository, caller: Caller, waiting: Waiting, decision: str, body: Decide
) -> ApprovalView:
    who = Decider(caller.username, tuple(names_of(users, caller, waiting.wait.asked_at)))
    said = Said(DECISIONS[decision], body.comment, body.fields)
    return view_of(decide(desk, waiting, who, said))


def handed_on(desk: Desk, users: UserRepository, caller: Caller, waiting: Waiting, to: str) -> ApprovalView:
    who = Decider(caller.username, tuple(names_of(users, caller, waiting.wait.asked_at)))
    return view_of(delegate(desk, waiting, who, to))


def find_by_link(desk: Desk, users: UserRepository, link: Link) -> Waiting:
    """Raises ``LinkNotFound`` for somebody who is no longer asked, too: it tells a stranger nothing."""
    if not _still_may(users, link):
        raise LinkNotFound
    try:
        waiting = find(desk.waits, link.tenant_id, link.run_id, link.node)
    except ApprovalNotFound:
        raise LinkNotFound from None
    asked = Asked.model_validate(waiting.wait.asked)
    if not any(one.principal == link.principal and not one.delegated_to for one in asked.approvers):
        raise LinkNotFound
    return waiting


def _still_may(users: UserRepository, link: Link) -> bool:
    """A link lives as long as its approval, which may outlive its holder's account and role."""
    if link.user_id is None:
        return True
    user = users.find(link.tenant_id, link.user_id)
    kind, _, name = link.principal.partition(":")
    return user is not None and user.is_active and (kind != ROLE or name in user.roles)


def decided_by_link(desk: Desk, users: UserRepository, link: Link, decision: str, body: Decide) -> LinkView:
    who = Decider(link.name, (link.principal,), via="link")
    wait = decide(desk, find_by_link(desk, users, link), who, Said(DECISIONS[decision], body.comment, body.fields))
    return link_view(link, wait)


def link_view(link: Link, wait: Wait) -> LinkView:
    asked = Asked.model_validate(wait.asked)
    mine = next((one for one in asked.approvers if one.principal == link.principal), None)
    return LinkView(
        status=status_of(wait, asked),
        message=asked.message,
        asked_at=wait.asked_at,
        due_at=wait.due_at,
        form_fields=[f.model_dump() for f in asked.form_fields],
        you=link.name,
        decided=bool(mine and mine.decision and mine.decision.by == link.name),
    )


def seen(waiting: Waiting) -> ApprovalView:
    """Of a run that has ended without it, it is cancelled, though nobody has cleaned up yet."""
    view = view_of(waiting.wait)
    over = waiting.run.status not in OPEN and view.status == ApprovalStatus.PENDING
    cancelled = over and waiting.run.status in {RunStatus.CANCELLED, RunStatus.COMPLETED}
    return view.model_copy(update={"status": ApprovalStatus.CANCELLED}) if cancelled else view


def view_of(wait: Wait) -> ApprovalView:
    asked = Asked.model_validate(wait.asked)
    told = asked.model_dump(mode="json", include={"message", "mode", "on_expiry", "allow_delegation", "form_fields"})
    approvers = [
        {"name": one.principal, **one.model_dump(mode="json", exclude={"principal"})} for one in asked.approvers
    ]
    return ApprovalView.model_validate(
        {
            **told,
            **wait.model_dump(include={"run_id", "workflow_id", "node", "asked_at", "due_at"}),
            "id": approval_id(wait.run_id, wait.node),
            "status": status_of(wait, asked),
            "approvers": approvers,
            "decided_at": wait.closed_at,
        }
    )


def status_of(wait: Wait, asked: Asked) -> ApprovalStatus:
    if wait.status == WaitStatus.OPEN:
        return ApprovalStatus.PENDING
    if wait.status == WaitStatus.ANSWERED:
        return ApprovalStatus(asked.outcome() or ApprovalStatus.EXPIRED)
    return ApprovalStatus(wait.status.value)
