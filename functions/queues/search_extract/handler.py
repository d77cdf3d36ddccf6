"""The Lambda behind the queue ``search-extract``: documents that came, changed, or were asked for."""

from docchain.entrypoints.queue import queue_handler
from docchain.events.models import Event
from functions.queues.search_extract.dependencies import reader
from functions.queues.search_extract.run import cut_documents

handler = queue_handler(Event, lambda event: cut_documents(event, reader()))
