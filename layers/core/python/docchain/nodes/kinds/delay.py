"""delay: the chain waits."""

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters

ONE_YEAR = 31_536_000  # what an execution may last


class Delay(Parameters):
    seconds: int = Field(ge=1, le=ONE_YEAR)


KIND = NodeKind(name="delay", title="Wait", parameters=Delay, form="wait", family=None, effect="pure", makes_text=False)
