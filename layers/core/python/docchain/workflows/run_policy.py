"""What a workflow's ``config`` says about its runs; other keys of it are its owner's and are left alone."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class RunPolicy(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    budget_usd: float | None = Field(
        default=None, gt=0, le=1_000_000, description="What its runs may cost in each period."
    )
    budget_period: Literal["day", "month"] = Field(default="month", description="In UTC.")
