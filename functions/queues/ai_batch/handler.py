"""The Lambda behind the queue ``ai-batch``."""

from docchain.entrypoints.queue import queue_handler
from docchain.events.models import Event
from functions.queues.ai_batch.dependencies import batches, desk
from functions.queues.ai_batch.run import work_off

handler = queue_handler(Event, lambda order: work_off(order, desk(), batches()))
