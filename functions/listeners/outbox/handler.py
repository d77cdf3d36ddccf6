"""The Lambda behind the streams of the tables, filtered to new events."""

from docchain.entrypoints.listener import stream_handler
from functions.listeners.outbox.dependencies import bus
from functions.listeners.outbox.run import publish_events

handler = stream_handler(lambda changes: publish_events(changes, bus()))
