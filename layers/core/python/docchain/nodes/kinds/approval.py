"""approval: the run waits for people to agree, and goes on by what they decided."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from docchain.nodes.kind import NodeKind, Parameters

ONE_YEAR = 31_536_000
APPROVERS_MOST = 20
FIELDS_MOST = 20
MESSAGE_MOST = 2000
APPROVED, REJECTED = "approved", "rejected"

Approver = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class FormField(BaseModel):
    """What an approver is asked beside yes or no."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    label: str | None = Field(default=None, max_length=200)
    type: Literal["text", "number", "boolean"] = "text"
    required: bool = False


class Approval(Parameters):
    """``approvers`` are usernames, email addresses, and roles written as ``role:moderator``.

    ``mode`` says whether one of them is enough. A rejection by one of them decides in either mode.
    """

    message: str = Field(min_length=1, max_length=MESSAGE_MOST)
    approvers: list[Approver] = Field(min_length=1, max_length=APPROVERS_MOST)
    mode: Literal["any_of", "all_of"] = "any_of"
    expires_in_seconds: int = Field(default=7 * 24 * 3600, ge=60, le=ONE_YEAR)
    on_expiry: Literal["fail", "reject", "approve"] = "fail"
    allow_delegation: bool = False
    form_fields: list[FormField] = Field(default_factory=list, max_length=FIELDS_MOST)

    @model_validator(mode="after")
    def _each_once(self) -> "Approval":
        names = [one.name for one in self.form_fields]
        if len(set(names)) < len(names):
            raise ValueError("two form_fields have the same name")
        if self.mode == "all_of" and any(one.lower().startswith("role:") for one in self.approvers):
            raise ValueError("all_of asks each person named; a role names nobody. Use any_of, or name the people")
        return self


KIND = NodeKind(
    name="approval",
    title="Ask people to agree",
    parameters=Approval,
    form="callback",
    family="control",
    effect="pure",
    templates=("message", "approvers"),
    makes_text=False,
    facts={"outcome": "string", "decided_by": "string", "comment": "string"},
    outcomes=(APPROVED, REJECTED),
    passes_by=APPROVED,
    waits_for="expires_in_seconds",
    waits_by_default=7 * 24 * 3600,
)
