"""Events of runs, into the history of their rooms and from there to whoever is in them.

The history is the truth and is written first; a failure there fails the batch, which then comes again. The push is an
echo: it fails nothing, and what it did not reach is found by ``since``.
"""

from collections import defaultdict

from docchain.entrypoints.listener import Change
from docchain.events.models import Event
from docchain.realtime.broadcasts import broadcast
from docchain.realtime.counters import Tally
from docchain.realtime.departures import bury_gone
from docchain.realtime.models import RoomMessage
from docchain.realtime.numbering import RunFact, number_events
from docchain.realtime.switchboard import Switchboard


def tell_rooms(changes: list[Change], board: Switchboard) -> list[str]:
    """Nothing is ever left over: all or an exception."""
    facts = [RunFact(change.sequence, Event.model_validate(change.new["event"])) for change in changes]
    by_tenant: dict[str, list[RoomMessage]] = defaultdict(list)
    for tenant_id, message in number_events(board.table, facts):
        by_tenant[tenant_id].append(message)
    tally = Tally()
    for tenant_id, news in by_tenant.items():
        gone = broadcast(board, tenant_id, news, tally)
        bury_gone(board, tenant_id, gone, tally)
    tally.write(board.table)
    return []
