"""The Lambda behind the queue ``analytics``: starts and ends of runs, ends of nodes."""

from docchain.entrypoints.queue import batch_handler
from docchain.events.models import Event
from functions.queues.analytics.dependencies import runs_table
from functions.queues.analytics.run import count_events

handler = batch_handler(Event, lambda events: count_events(events, runs_table()))
