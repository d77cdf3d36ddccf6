"""What a schedule starts: a workflow, an AI workflow, a background task, or a call to somebody else's address."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

HEADERS_MOST: Final = 20
OWN_HEADERS: Final = ("Content-Type", "User-Agent", "Idempotency-Key", "X-Signature-256")
"""What every webhook has, and nobody may say beside it."""
BODY_BYTES_MOST: Final = 16 * 1024
PARAMETERS_BYTES_MOST: Final = 64 * 1024

_CLOSED: Final = ConfigDict(extra="forbid")


class WorkflowTarget(BaseModel):
    """``version`` of None is what is published when it is started."""

    model_config = _CLOSED

    type: Literal["workflow"]
    workflow_id: int = Field(ge=1, le=10**12)
    version: int | None = Field(default=None, ge=1, le=10**6)
    parameters: dict[str, JsonValue] = Field(default_factory=dict)


class AiWorkflowTarget(BaseModel):
    model_config = _CLOSED

    type: Literal["ai_workflow"]
    workflow_id: str = Field(pattern=r"^ai_workflow_[0-9]{1,12}$")

    @property
    def number(self) -> int:
        return int(self.workflow_id.removeprefix("ai_workflow_"))


class TaskTarget(BaseModel):
    model_config = _CLOSED

    type: Literal["task"]
    task_type: str = Field(min_length=1, max_length=60)
    priority: Literal["low", "normal", "high", "critical"] = "normal"
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


class WebhookTarget(BaseModel):
    """A POST of JSON, signed with a secret of the vault; ``secret`` is its name there."""

    model_config = _CLOSED

    type: Literal["webhook"]
    url: str = Field(min_length=8, max_length=2_000)
    secret: str = Field(pattern=r"^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$")
    headers: dict[str, str] = Field(default_factory=dict, max_length=HEADERS_MOST)
    body: dict[str, JsonValue] = Field(default_factory=dict)
    attempts: int = Field(default=5, ge=1, le=8)
    timeout_seconds: int = Field(default=10, ge=1, le=20)


Target = Annotated[WorkflowTarget | AiWorkflowTarget | TaskTarget | WebhookTarget, Field(discriminator="type")]


def told(target: Any) -> dict[str, Any] | None:
    """As events say it: what is started, and nothing of what it is given."""
    if target is None:
        return None
    fields = target.model_dump(
        mode="json", include={"type", "workflow_id", "version", "task_type", "priority", "secret"}
    )
    return {name: value for name, value in fields.items() if value is not None}
