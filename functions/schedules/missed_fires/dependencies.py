"""All that the sweep of missed fires needs from the world."""

from functools import cache

from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.settings import OrderSettings, build_orders, build_schedules


class Settings(OrderSettings):
    """Nothing of its own."""


@cache
def schedules() -> ScheduleRepository:
    return build_schedules(Settings())


@cache
def orders() -> Orders:
    return build_orders(Settings())
