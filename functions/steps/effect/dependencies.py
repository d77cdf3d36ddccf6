"""All that the effect steps need from the world."""

from functools import cache, partial

from docchain import aws
from docchain.calls_out.settings import CallSettings, build_sender
from docchain.identity.recipients import find_strangers
from docchain.steps.call import Worker
from docchain.steps.settings import build_world
from docchain.steps.world import StepWorld
from docchain.storage.table import Table
from docchain.values.repository import ValueRepository
from functions.steps.effect.notifying import notify
from functions.steps.effect.publishing import publish_event
from functions.steps.effect.storing import store_value


class Settings(CallSettings):
    identity_table: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def world() -> StepWorld:
    values = ValueRepository(Table(aws.dynamodb(), settings().runs_table))
    strangers = partial(find_strangers, Table(aws.dynamodb(), settings().identity_table))
    workers: dict[str, Worker] = {
        "http_request": build_sender(settings(), "steps/effect"),
        "notify": partial(notify, strangers),
        "publish_event": publish_event,
        "store": partial(store_value, values),
    }
    return build_world(settings(), workers)
