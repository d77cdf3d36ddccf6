"""All that the worker of batches needs from the world."""

from functools import cache

from docchain import aws
from docchain.ai.answer_cache import AnswerCache
from docchain.ai.batches.repository import BatchRepository
from docchain.ai.settings import build_gateway
from docchain.ai.tasks.desk import Desk
from docchain.ai.tasks.settings import DeskSettings, build_desk
from docchain.cache.settings import the_cache
from docchain.storage.table import Table


class Settings(DeskSettings):
    """Nothing of its own."""


@cache
def desk() -> Desk:
    settings = Settings()
    gateway = build_gateway(settings, used_for="queues/ai_batch", cache=AnswerCache(the_cache()))
    return build_desk(settings, gateway)


@cache
def batches() -> BatchRepository:
    return BatchRepository(Table(aws.dynamodb(), Settings().ai_table))
