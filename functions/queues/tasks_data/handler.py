"""The Lambda behind the queue ``tasks-data``."""

from docchain.entrypoints.queue import queue_handler
from docchain.tasks.tokens import Token
from docchain.tasks.working import serve
from functions.queues.tasks_data.dependencies import shop

handler = queue_handler(Token, lambda token: serve(token, shop()))
