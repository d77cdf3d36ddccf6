"""The Lambda of the fan-out's queue. A batch holds several groups, whose members are served side by side."""

from docchain.entrypoints.queue import batch_handler
from docchain.realtime.fanout.delivering import deliver_orders
from docchain.realtime.fanout.orders import FanoutOrder
from functions.queues.socket_fanout.dependencies import switchboard

handler = batch_handler(FanoutOrder, lambda orders: deliver_orders(switchboard(), orders))
