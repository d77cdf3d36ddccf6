"""The Lambda behind the rules ``session.revoked`` and ``sessions.revoked`` of the bus."""

from docchain.entrypoints.listener import event_handler
from functions.listeners.revoked_sessions.dependencies import switchboard
from functions.listeners.revoked_sessions.run import close_sockets

handler = event_handler(lambda fact: close_sockets(fact, switchboard()))
