"""succeed: the run ends here as completed, whatever else there was to do."""

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters
from docchain.nodes.kinds.fail import MESSAGE_MOST


class Succeed(Parameters):
    message: str | None = Field(default=None, min_length=1, max_length=MESSAGE_MOST)


KIND = NodeKind(
    name="succeed",
    title="End the run as completed",
    parameters=Succeed,
    form="task",
    family="control",
    effect="pure",
    templates=("message",),
    makes_text=False,
    timeout_seconds=30,
    ends_run=True,
)
