"""The pool ``ai``: what asks models, with the layer ``ai``."""

from collections.abc import Callable
from functools import cache, partial
from typing import ClassVar

from docchain import aws
from docchain.ai.answer_cache import AnswerCache
from docchain.ai.settings import build_gateway
from docchain.ai.tasks.desk import Desk
from docchain.ai.tasks.settings import DeskSettings, build_desk
from docchain.cache.cache import Cache
from docchain.cache.settings import build_cache
from docchain.documents.store import ContentStore
from docchain.storage.table import Table
from docchain.tasks.kind import TaskKind
from docchain.tasks.kinds.lazy import Work, kinds_of
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.pools import Pool

Stores = Callable[[], tuple[Cache, Desk]]


class ModelsSettings(DeskSettings):
    pool: ClassVar[Pool] = "ai"
    identity_table: str
    documents_bucket: str


def kinds(settings: ModelsSettings) -> dict[str, TaskKind]:
    @cache
    def stores() -> tuple[Cache, Desk]:
        kept = build_cache(settings)
        return kept, build_desk(settings, build_gateway(settings, used_for="tasks/ai", cache=AnswerCache(kept)))

    loads = {"ai_processing": _ai_processing, "cache_warming": _cache_warming}
    return kinds_of({name: partial(load, settings, stores) for name, load in loads.items()})


def _ai_processing(settings: ModelsSettings, stores: Stores) -> Work:
    from docchain.tasks.kinds.ai_processing import Asker

    contents = ContentStore(aws.s3(), settings.documents_bucket)
    return Asker(stores()[1], contents, _people(settings)).run


def _cache_warming(settings: ModelsSettings, stores: Stores) -> Work:
    from docchain.tasks.kinds.cache_warming import Warmer

    kept, desk = stores()
    return Warmer(kept, desk, _people(settings)).run


def _people(settings: ModelsSettings) -> People:
    return People(Table(aws.dynamodb(), settings.identity_table))
