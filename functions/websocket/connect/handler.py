"""The Lambda of ``$connect``."""

from docchain.entrypoints.websocket import websocket_handler
from functions.websocket.connect.dependencies import doorkeeper
from functions.websocket.connect.run import open_connection

handler = websocket_handler(lambda call: open_connection(call, doorkeeper()))
