"""All that the sweep of missed fires needs from the world."""

from functools import cache

from docchain import aws
from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.settings import OrderSettings, build_orders
from docchain.storage.table import Table


class Settings(OrderSettings):
    """Nothing of its own."""


@cache
def schedules() -> ScheduleRepository:
    return ScheduleRepository(Table(aws.dynamodb(), Settings().schedules_table))


@cache
def orders() -> Orders:
    return build_orders(Settings())
