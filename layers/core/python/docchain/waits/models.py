"""A wait: a node of a run that somebody else will answer for."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field


class WaitStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Reply(BaseModel):
    """What the state machine is told: facts and outcome of a node that is done, or the error of one that failed."""

    facts: dict[str, Any] = Field(default_factory=dict)
    outcome: str | None = None
    error: str | None = None
    cause: str = ""

    def payload(self) -> dict[str, Any]:
        told = {"facts": self.facts} if self.outcome is None else {"facts": self.facts, "outcome": self.outcome}
        return {"Payload": told}


class Wait(BaseModel):
    """``asked`` is of the kind: approvers and what they said, the secret of an address, the number of a run.

    ``revision`` counts its changes: each is conditional on the one before. ``reply`` is there once it was answered.
    """

    tenant_id: str
    run_id: int
    workflow_id: int
    version: int
    generation: int
    node: str
    kind: str
    claim_id: str
    token: str = Field(repr=False)
    status: WaitStatus = WaitStatus.OPEN
    revision: int = 0
    asked_at: str
    due_at: str
    asked: dict[str, Any] = Field(default_factory=dict, repr=False)
    reply: Reply | None = None
    closed_at: str | None = None
