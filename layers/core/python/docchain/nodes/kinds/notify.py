"""notify: a letter to people of the tenant, or a message to a room of its sockets."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from docchain.nodes.kind import NodeKind, Parameters

RECIPIENTS_MOST = 20
TEXT_MOST = 20_000
ROOM_PATTERN = r"^(run|workflow|user_[0-9]{1,12})$"


class Notify(Parameters):
    """``email`` is handed to the mail queue with the node's completion and sent at most once; ``websocket`` is numbered
    in its room's history, which who was away reads later. ``room``: run, workflow, or user_ID.
    """

    channel: Literal["email", "websocket"]
    to: list[str] | str | None = Field(default=None, description="Addresses of people of the tenant.")
    subject: str | None = Field(default=None, min_length=1, max_length=1000)
    text: str | None = Field(default=None, min_length=1, max_length=100_000)
    room: str | None = Field(default=None, max_length=1000)
    data: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _has_what_its_channel_needs(self) -> Self:
        needs = {"email": ("to", "subject", "text"), "websocket": ("room", "data")}
        mine = needs[self.channel]
        if missing := [name for name in mine if getattr(self, name) is None]:
            raise ValueError(f"{self.channel} needs {', '.join(missing)}")
        others = {name for names in needs.values() for name in names} - set(mine)
        if extra := sorted(name for name in others if getattr(self, name) is not None):
            raise ValueError(f"{self.channel} has no {', '.join(extra)}")
        return self


KIND = NodeKind(
    name="notify",
    title="Notify people",
    parameters=Notify,
    form="task",
    family="effect",
    effect="keyed",
    templates=("to", "subject", "text", "room", "data"),
    makes_text=False,
    timeout_seconds=30,
    facts={"recipients": "number"},
)
