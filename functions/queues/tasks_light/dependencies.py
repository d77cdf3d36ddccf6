"""All that the workers of the pool ``light`` need from the world."""

from functools import cache

from docchain.tasks.kinds.catalogue import build
from docchain.tasks.kinds.pool_light import LightSettings
from docchain.tasks.settings import WorkerSettings
from docchain.tasks.working import Workshop
from docchain.tasks.workshops import build_workshop


class Settings(LightSettings, WorkerSettings):
    """Of the kinds, and of the work itself."""


@cache
def shop() -> Workshop:
    settings = Settings()
    return build_workshop(settings, settings.pool, build(settings))
