"""The Lambda behind the queue ``mail``."""

from docchain.entrypoints.queue import queue_handler
from docchain.events.models import Event
from functions.queues.mail.dependencies import desk, links, outgoing
from functions.queues.mail.run import send_letters

handler = queue_handler(Event, lambda fact: send_letters(fact, desk(), outgoing(), links()))
