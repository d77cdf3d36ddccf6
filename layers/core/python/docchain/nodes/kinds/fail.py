"""fail: the run ends here as failed, with a message of its author's."""

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters

MESSAGE_MOST = 2000


class Fail(Parameters):
    """``code`` is what programs look at; the message is a template."""

    message: str = Field(min_length=1, max_length=MESSAGE_MOST)
    code: str = Field(default="FAILED_BY_WORKFLOW", pattern=r"^[A-Z][A-Z0-9_]{0,63}$")


KIND = NodeKind(
    name="fail",
    title="End the run as failed",
    parameters=Fail,
    form="task",
    family="control",
    effect="pure",
    templates=("message",),
    makes_text=False,
    timeout_seconds=30,
    ends_run=True,
)
