"""The Lambda behind the queue ``search-index``: documents that were cut, and those that are gone."""

from docchain.entrypoints.queue import batch_handler
from docchain.events.models import Event
from functions.queues.search_index.dependencies import compactor, indexer
from functions.queues.search_index.run import index_documents

handler = batch_handler(Event, lambda events: index_documents(events, indexer(), compactor()))
