"""An approval as it is kept beside its node's record."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from docchain.nodes.kinds.approval import APPROVED, APPROVERS_MOST, REJECTED, FormField

COMMENT_MOST = 2_000
FIELD_TEXT_MOST = 2_000
# Within what DynamoDB keeps to the digit.
NUMBER_MOST = 1e30
# Those asked, and those whom they handed it on to.
CHAIN_MOST = 2 * APPROVERS_MOST
ROLE, EMAIL, USER = "role", "email", "user"


class ApprovalStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Decision(BaseModel):
    """``via`` is ``api`` or ``link``."""

    decision: str
    by: str
    via: str
    at: str
    comment: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict)


class Approver(BaseModel):
    """``principal`` is ``user:ada``, ``email:ada@example.com`` or ``role:moderator``, in canonical form."""

    principal: str
    delegated_by: str | None = None
    delegated_to: str | None = None
    decision: Decision | None = None

    @property
    def is_asked(self) -> bool:
        return self.decision is None and self.delegated_to is None


class Asked(BaseModel):
    message: str
    mode: str
    on_expiry: str
    allow_delegation: bool
    form_fields: list[FormField] = Field(default_factory=list)
    approvers: list[Approver]

    def outcome(self) -> str | None:
        """``None`` while somebody is still to be heard."""
        said = [one.decision.decision for one in self.approvers if one.decision]
        if REJECTED in said:
            return REJECTED
        if self.mode == "any_of":
            return APPROVED if APPROVED in said else None
        return None if any(one.is_asked for one in self.approvers) else APPROVED


def approval_id(run_id: int, node: str) -> str:
    return f"{run_id}-{node}"
