"""Orders become pushes. Whom a message cannot reach is hung up on: it comes back and asks ``since``, and so misses
nothing; going on behind a hole would be the one thing that no client notices in time.
"""

from collections import defaultdict

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError

from docchain.observability import logger
from docchain.realtime.counters import Tally
from docchain.realtime.departures import bury, bury_gone, close_quietly, left_to_the_sweep
from docchain.realtime.fanout.orders import FanoutOrder
from docchain.realtime.filters import is_wanted
from docchain.realtime.push import Message, deliver
from docchain.realtime.switchboard import Switchboard


def deliver_orders(board: Switchboard, orders: list[FanoutOrder]) -> set[int]:
    """The positions of those that must come again, which are all of a group from its first on."""
    outgoing: dict[str, list[Message]] = defaultdict(list)
    tenants: dict[str, str] = {}
    for order in orders:
        for listener in order.listeners:
            wanted = [message for message in order.messages if is_wanted(message, listener.events)]
            if wanted:
                outgoing[listener.connection] += wanted
                tenants[listener.connection] = order.tenant_id
    tally = Tally()
    try:
        delivery = deliver(board.push, outgoing)
        tally.messages_sent += delivery.sent
        for tenant_id in set(tenants.values()):
            bury_gone(board, tenant_id, [c for c in delivery.gone if tenants[c] == tenant_id], tally)
        unreachable = {c for c in delivery.failed if not _hang_up(board, tenants[c], c, tally)}
    finally:
        tally.write(board.table)
    return _to_repeat(orders, unreachable)


def _hang_up(board: Switchboard, tenant_id: str, connection: str, tally: Tally) -> bool:
    """``False`` when the gateway does not even take that."""
    try:
        close_quietly(board, connection)
    except (BotoCoreError, AwsError) as error:
        logger.warning("a socket can be neither reached nor closed", extra={"connection": connection}, exc_info=error)
        return False
    with left_to_the_sweep():
        bury(board, tenant_id, connection, tally)
    return True


def _to_repeat(orders: list[FanoutOrder], unreachable: set[str]) -> set[int]:
    stopped: set[str] = set()
    positions: set[int] = set()
    for position, order in enumerate(orders):
        if order.group_id in stopped or any(listener.connection in unreachable for listener in order.listeners):
            stopped.add(order.group_id)
            positions.add(position)
    return positions
