"""subworkflow: another workflow runs, and its results are this node's output."""

from typing import Any

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters
from docchain.nodes.kinds.approval import ONE_YEAR

DEPTH_MOST = 5


class Subworkflow(Parameters):
    """``parameters`` are templates. With ``wait`` off the node is done as soon as the other run has started."""

    workflow_id: int = Field(ge=1)
    version: int | None = Field(default=None, ge=1, description="The published one when absent.")
    parameters: dict[str, Any] = Field(default_factory=dict)
    wait: bool = True
    expires_in_seconds: int = Field(default=7 * 24 * 3600, ge=60, le=ONE_YEAR)


KIND = NodeKind(
    name="subworkflow",
    title="Run another workflow",
    parameters=Subworkflow,
    form="callback",
    family="control",
    effect="pure",
    templates=("parameters",),
    facts={"run_id": "number", "status": "string"},
    waits_for="expires_in_seconds",
    waits_by_default=7 * 24 * 3600,
)
