"""Deciding: exactly one decision ends an approval. It is recorded with the node it is for, and then sent to the run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docchain.approvals.entries import entries, handed_on
from docchain.approvals.errors import (
    ApprovalDecided,
    ApprovalNotFound,
    DelegationNotAllowed,
    NotAnApprover,
)
from docchain.approvals.events import approval_event
from docchain.approvals.fields import checked_fields
from docchain.approvals.models import CHAIN_MOST, ROLE, ApprovalStatus, Approver, Asked, Decision, approval_id
from docchain.approvals.outcome import decided_record
from docchain.approvals.principals import principal_of
from docchain.clock import epoch, from_iso, now
from docchain.documents.store import ContentStore
from docchain.errors import invalid
from docchain.nodes.kinds.approval import KIND
from docchain.runs.models import RunStatus
from docchain.waits.answering import send
from docchain.waits.errors import RunDoesNotWait, WaitOver
from docchain.waits.models import Wait, WaitStatus
from docchain.waits.repository import Waiting, WaitRepository

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class Desk:
    """What deciding needs from the world."""

    waits: WaitRepository
    contents: ContentStore
    machines: "SFNClient" = field(repr=False)


@dataclass(frozen=True)
class Decider:
    """``principals`` are the names by which they may be asked; ``via`` is ``api`` or ``link``."""

    name: str
    principals: tuple[str, ...]
    via: str = "api"


@dataclass(frozen=True)
class Said:
    decision: str
    comment: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def find(waits: WaitRepository, tenant_id: str, run_id: int, node: str) -> Waiting:
    """Raises ``ApprovalNotFound``."""
    waiting = waits.read(tenant_id, run_id, node)
    if waiting is None or waiting.wait.kind != KIND.name:
        raise ApprovalNotFound(approval_id(run_id, node))
    return waiting


def decide(desk: Desk, waiting: Waiting, who: Decider, said: Said) -> Wait:
    """The wait as it is afterwards. The same person saying the same again gets the same answer.

    Raises ``ApprovalDecided``, ``NotAnApprover``, ``RunDoesNotWait``, ``WaitOver`` when somebody was faster.
    """
    wait, asked = waiting.wait, Asked.model_validate(waiting.wait.asked)
    if _has_said(asked, who, said):
        return wait
    _require_open(waiting, asked)
    fields = checked_fields(asked.form_fields, said.fields, said.decision)
    chosen = _asked_as(asked, who)
    decision = Decision(
        decision=said.decision, by=who.name, via=who.via, at=now(), comment=said.comment or None, fields=fields
    )
    asked = _with(asked, chosen, {"decision": decision})
    event = approval_event(
        desk.waits.table, wait, "approval.decided", who.name, decision=said.decision, final=asked.outcome() is not None
    )
    after = wait.model_copy(update={"asked": asked.model_dump(mode="json")})
    outcome = asked.outcome()
    if outcome is None:
        return desk.waits.change(wait, after, [event])
    record, reply = decided_record(desk.contents, waiting, asked, outcome)
    moved = entries(desk.waits.table, wait, asked, ApprovalStatus(outcome))
    closed = desk.waits.close(
        Waiting(waiting.run, after, waiting.record), record, WaitStatus.ANSWERED, reply, [event, *moved]
    )
    send(desk.machines, desk.waits, closed)
    return closed


def delegate(desk: Desk, waiting: Waiting, who: Decider, to: str) -> Wait:
    """Raises ``DelegationNotAllowed`` beside what ``decide`` raises."""
    wait, asked = waiting.wait, Asked.model_validate(waiting.wait.asked)
    _require_open(waiting, asked)
    chosen = _asked_as(asked, who)
    if not asked.allow_delegation:
        raise DelegationNotAllowed("This approval may not be handed on.")
    target = principal_of(to)
    if target.startswith(f"{ROLE}:"):
        raise invalid("to", "name a person: a username or an address")
    if any(one.principal == target for one in asked.approvers):
        raise invalid("to", f"{to} is or was asked already")
    if len(asked.approvers) >= CHAIN_MOST:
        raise DelegationNotAllowed(f"It was handed on too often; at most {CHAIN_MOST} are asked in all.")
    asked = _with(asked, chosen, {"delegated_to": target})
    asked = asked.model_copy(
        update={"approvers": [*asked.approvers, Approver(principal=target, delegated_by=who.name)]}
    )
    after = wait.model_copy(update={"asked": asked.model_dump(mode="json")})
    event = approval_event(
        desk.waits.table,
        wait,
        "approval.delegated",
        who.name,
        message=asked.message,
        approvers=[target],
        due_at=wait.due_at,
    )
    table = desk.waits.table
    moved = [handed_on(table, wait, chosen.principal), *entries(table, after, asked, ApprovalStatus.PENDING)]
    return desk.waits.change(wait, after, [event, *moved])


def open_of_run(waits: WaitRepository, tenant_id: str, run_id: int) -> Sequence[Wait]:
    return [w for w in waits.of_run(tenant_id, run_id) if w.kind == KIND.name and w.status == WaitStatus.OPEN]


def _has_said(asked: Asked, who: Decider, said: Said) -> bool:
    return any(
        one.decision and (one.decision.by, one.decision.decision) == (who.name, said.decision)
        for one in asked.approvers
        if one.principal in who.principals
    )


def _require_open(waiting: Waiting, asked: Asked) -> None:
    wait, run = waiting.wait, waiting.run
    if wait.status != WaitStatus.OPEN:
        raise ApprovalDecided(asked.outcome() or wait.status.value)
    if run.status != RunStatus.RUNNING or run.generation != wait.generation:
        raise RunDoesNotWait(f"Run {run.id} is {run.status.value}; it does not wait for this now.")
    if from_iso(wait.due_at).timestamp() <= epoch():
        raise WaitOver("The time for this decision is over.")


def _asked_as(asked: Asked, who: Decider) -> Approver:
    """By the most personal of their names."""
    for principal in who.principals:
        for one in asked.approvers:
            if one.principal == principal and one.is_asked:
                return one
    raise NotAnApprover


def _with(asked: Asked, chosen: Approver, changes: dict[str, Any]) -> Asked:
    changed = [one.model_copy(update=changes) if one is chosen else one for one in asked.approvers]
    return asked.model_copy(update={"approvers": changed})
