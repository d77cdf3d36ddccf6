"""The Lambda that works off the queue of events that rooms hear of."""

from docchain.entrypoints.queue import queue_handler
from docchain.events.models import Event
from functions.queues.room_news.dependencies import realtime
from functions.queues.room_news.run import tell_rooms

handler = queue_handler(Event, lambda fact: tell_rooms(fact, realtime()))
