"""What a workflow's ``config`` says about its runs; other keys of it are its owner's and are left alone."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from docchain.definitions.models import TIMEOUT_MOST
from docchain.errors import ValidationFailed


class RunPolicy(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    budget_usd: float | None = Field(
        default=None, gt=0, le=1_000_000, description="What its runs may cost in each period."
    )
    budget_period: Literal["day", "month"] = Field(default="month", description="In UTC.")
    max_concurrent_runs: int | None = Field(
        default=None, ge=1, le=5_000, description="Runs at once; more are queued and start in order."
    )
    timeout_seconds: int | None = Field(
        default=None, ge=1, le=TIMEOUT_MOST, description="How long an execution of a run may take; waits count."
    )


def policy_of(config: dict[str, Any] | None) -> RunPolicy:
    """Raises ``ValidationFailed`` with the fields that are wrong."""
    try:
        return RunPolicy.model_validate(config or {})
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        details = [{"field": ".".join(["config", *map(str, p["loc"])]), "message": p["msg"]} for p in problems]
        raise ValidationFailed(f"{details[0]['field']}: {details[0]['message']}", details=details) from None
