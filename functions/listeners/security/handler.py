"""The Lambda behind the bus's rule for events that bear on security."""

from docchain.entrypoints.listener import event_handler
from functions.listeners.security.dependencies import keeper
from functions.listeners.security.run import weigh

handler = event_handler(lambda fact: weigh(fact, keeper()))
