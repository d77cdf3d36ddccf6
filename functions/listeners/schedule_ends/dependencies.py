"""All that this listener needs from the world."""

from functools import cache

from docchain import aws
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.settings import OrderSettings, build_orders
from docchain.schedules.settling import Settling
from docchain.storage.table import Table


class Settings(OrderSettings):
    """Nothing of its own."""


@cache
def settling() -> Settling:
    settings = Settings()
    schedules = ScheduleRepository(Table(aws.dynamodb(), settings.schedules_table))
    return Settling(schedules, build_orders(settings))
