"""The environment of who arms schedules and of who fires them."""

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.settling import Settling
from docchain.storage.table import Table


class OrderSettings(BaseSettings):
    """``fires_queue`` is the queue's address; the role is what EventBridge Scheduler fills it as."""

    schedules_table: str
    fires_queue: str
    fires_queue_arn: str
    fires_dead_letters: str
    schedule_group: str
    schedule_role: str


def build_schedules(settings: OrderSettings) -> ScheduleRepository:
    return ScheduleRepository(Table(aws.dynamodb(), settings.schedules_table))


def build_orders(settings: OrderSettings) -> Orders:
    return Orders(
        aws.scheduler(),
        aws.sqs(),
        settings.fires_queue,
        settings.fires_queue_arn,
        settings.fires_dead_letters,
        settings.schedule_group,
        settings.schedule_role,
    )


def build_settling(settings: OrderSettings) -> Settling:
    return Settling(build_schedules(settings), build_orders(settings))
