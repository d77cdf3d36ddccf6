"""The Lambda behind the stream of the realtime table, filtered to new messages."""

from docchain.entrypoints.listener import stream_handler
from functions.listeners.room_messages.dependencies import queue, realtime
from functions.listeners.room_messages.run import send_out

handler = stream_handler(lambda changes: send_out(changes, realtime(), queue()))
