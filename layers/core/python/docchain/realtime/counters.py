"""Statistics of the whole system: each invocation adds up what it did and writes it once, by one atomic ADD.

Not inside the transactions that make connections and members: all of them would then meet at this one item, and in a
storm of reconnects a statistic would refuse connections. The price: a function killed between the two is not counted,
nor is what the table does not take.
"""

from dataclasses import asdict, dataclass

from botocore.exceptions import BotoCoreError, ClientError

from docchain.clock import now
from docchain.observability import logger
from docchain.realtime import keys
from docchain.storage.table import Table


@dataclass
class Tally:
    total_connections: int = 0
    active_connections: int = 0
    messages_sent: int = 0
    messages_received: int = 0
    events_broadcasted: int = 0
    rooms_count: int = 0
    users_connected: int = 0

    def write(self, table: Table) -> None:
        """Once, at the end of an invocation. Never raises: for the sake of a figure nothing is done again."""
        changed: dict[str, int | float] = {name: value for name, value in asdict(self).items() if value}
        if not changed:
            return
        try:
            table.update(*keys.STATS, add=changed, set_={"entity": "stats"})
        except (BotoCoreError, ClientError) as error:
            logger.warning("not counted", extra={"figures": changed}, exc_info=error)


def read_stats(table: Table, pending: Tally | None = None) -> dict[str, int | str]:
    """``pending`` is what the asking invocation did so far itself."""
    item = table.get(*keys.STATS, consistent=True) or {}
    own = asdict(pending or Tally())
    return {**{name: int(item.get(name, 0)) + value for name, value in own.items()}, "timestamp": now()}
