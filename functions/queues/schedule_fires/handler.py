"""The Lambda behind the queue ``schedule-fires``."""

from docchain.entrypoints.queue import queue_handler
from docchain.schedules.orders import Order
from functions.queues.schedule_fires.dependencies import world
from functions.queues.schedule_fires.run import look_after

handler = queue_handler(Order, lambda order: look_after(order, world()))
