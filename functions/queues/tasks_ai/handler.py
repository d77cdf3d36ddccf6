"""The Lambda behind the queue ``tasks-ai``."""

from docchain.entrypoints.queue import queue_handler
from docchain.tasks.tokens import Token
from docchain.tasks.working import work
from functions.queues.tasks_ai.dependencies import shop

handler = queue_handler(Token, lambda token: work(token, shop()))
