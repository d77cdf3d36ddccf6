"""The Lambda of ``$disconnect``."""

from docchain.entrypoints.websocket import websocket_handler
from functions.websocket.disconnect.dependencies import switchboard
from functions.websocket.disconnect.run import close_connection

handler = websocket_handler(lambda call: close_connection(call, switchboard()))
