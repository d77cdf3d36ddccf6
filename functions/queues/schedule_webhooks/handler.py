"""The Lambda behind the queue ``schedule-webhooks``."""

from docchain.entrypoints.queue import queue_handler
from docchain.schedules.handing_over import Call
from functions.queues.schedule_webhooks.dependencies import world
from functions.queues.schedule_webhooks.run import deliver

handler = queue_handler(Call, lambda call: deliver(call, world()))
