"""publish_event: an event of the tenant's own on the bus, apart from those of the platform."""

from typing import Any

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters

DETAIL_BYTES_MOST = 200 * 1024


class PublishEvent(Parameters):
    """On the bus its source is ``docchain.tenants``, which nothing of the platform's listens to."""

    detail_type: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9 ._-]{0,99}$")
    detail: dict[str, Any] = Field(default_factory=dict)


KIND = NodeKind(
    name="publish_event",
    title="Publish an event",
    parameters=PublishEvent,
    form="task",
    family="effect",
    effect="keyed",
    templates=("detail",),
    makes_text=False,
    timeout_seconds=30,
    facts={"size": "number"},
)
