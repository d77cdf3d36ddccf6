"""The Lambda behind the stream of the realtime table, filtered to new connections."""

from docchain.entrypoints.listener import stream_handler
from functions.listeners.connections.dependencies import switchboard
from functions.listeners.connections.run import greet_newcomers

handler = stream_handler(lambda changes: greet_newcomers(changes, switchboard()))
