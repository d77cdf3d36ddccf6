"""The order that the fan-out's queue carries: some messages of one room, for some of its members."""

import zlib
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

# Into so many groups of the queue the members of a room fall, by their connection's id: what one of them is told stays
# in one group and so in order, and the groups are worked off side by side. Never changed while messages are under way.
GROUPS: Final = 10


class Listener(BaseModel):
    model_config = ConfigDict(frozen=True)

    connection: str
    events: tuple[str, ...] = ()


class FanoutOrder(BaseModel):
    model_config = ConfigDict(frozen=True)

    tenant_id: str
    room_id: str
    group: int
    part: int = 0
    """0 is all of the group; where they are too many for one order, a number that only exactly these have: were parts
    counted, somebody who leaves before an order is sent again would move others into a part that the queue has taken.
    """
    messages: list[dict[str, Any]]
    listeners: list[Listener]

    @property
    def group_id(self) -> str:
        return f"{self.tenant_id}#{self.room_id}#{self.group}"

    @property
    def name(self) -> str:
        """The same when it is sent again, though somebody may have come or gone meanwhile."""
        return f"{self.group_id}#{self.part}#{self.messages[0]['seq']}-{self.messages[-1]['seq']}"


def group_of(connection: str) -> int:
    return zlib.crc32(connection.encode()) % GROUPS


def name_of_part(listeners: list[Listener]) -> int:
    return zlib.crc32(",".join(one.connection for one in listeners).encode()) or 1
