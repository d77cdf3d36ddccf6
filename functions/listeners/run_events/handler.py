"""The Lambda behind the stream of the runs table, filtered to new events."""

from docchain.entrypoints.listener import stream_handler
from functions.listeners.run_events.dependencies import realtime
from functions.listeners.run_events.run import tell_rooms

handler = stream_handler(lambda changes: tell_rooms(changes, realtime()))
