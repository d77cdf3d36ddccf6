"""The Lambda behind the queue ``audit``: every event of the bus, but the steps of runs."""

from docchain.entrypoints.queue import batch_handler
from docchain.events.models import Event
from functions.queues.audit.dependencies import chain
from functions.queues.audit.run import record_events

handler = batch_handler(Event, lambda events: record_events(events, chain()))
