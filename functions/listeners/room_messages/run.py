"""New messages of rooms become orders for the fan-out's queue. A room's history is one partition, so they come in the
order of their numbers; a batch that fails comes again, and the queue knows what it has already.
"""

from docchain.entrypoints.listener import Change
from docchain.realtime import keys
from docchain.realtime.counters import Tally
from docchain.realtime.fanout.queue import FanoutQueue
from docchain.realtime.fanout.spreading import spread
from docchain.realtime.models import RoomMessage
from docchain.realtime.rooms import RoomRepository
from docchain.storage.table import Table


def send_out(changes: list[Change], realtime: Table, queue: FanoutQueue) -> list[str]:
    tally = Tally()
    news = [(keys.tenant_of(change.new["pk"]), RoomMessage.model_validate(change.new)) for change in changes]
    queue.send(spread(RoomRepository(realtime), news, tally))
    tally.write(realtime)
    return []
