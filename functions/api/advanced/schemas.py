"""What the advanced group takes and gives."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from docchain.runs.control import WAIT_SECONDS_MOST


class ExecuteOrder(BaseModel):
    workflow_id: int = Field(ge=1, le=10**12)
    parameters: dict[str, Any] | None = Field(None, description="At most 64 KB of JSON.")
    wait_seconds: float = Field(WAIT_SECONDS_MOST, ge=0, le=WAIT_SECONDS_MOST)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"workflow_id": 1, "parameters": {"param1": "value1"}}]}
    )


class TryNode(BaseModel):
    parameters: dict[str, Any] | None = Field(None, description="At most 64 KB of JSON.")
    inputs: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Outputs of the nodes that it reads, by key; the rest is from a run."
    )
    run_id: int | None = Field(None, ge=1, description="Which run the rest is from; absent: the newest that has it.")
    wait_seconds: float = Field(WAIT_SECONDS_MOST, ge=0, le=WAIT_SECONDS_MOST)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"parameters": {"topic": "bees"}, "inputs": {"read": {"text": "Bees dance."}}}]
        },
    )


class TrialView(BaseModel):
    """``success`` is whether the node completed within the wait; else ``error`` says what it did instead."""

    success: bool
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    timestamp: str
    run_id: int
    status: str


class ExecutionView(BaseModel):
    """``status`` is ``running`` when it takes longer than the wait; ``run_id`` is where to look then."""

    workflow_id: int
    status: str
    results: dict[str, Any]
    execution_time: float
    run_id: int
    error: dict[str, Any] | None = None
