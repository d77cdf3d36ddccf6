"""The Lambda of ``$default``: every message of every client."""

from docchain.entrypoints.websocket import websocket_handler
from functions.websocket.message.dependencies import desk
from functions.websocket.message.run import take_message

handler = websocket_handler(lambda call: take_message(call, desk()))
