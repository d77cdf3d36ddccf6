"""All that the listener to rooms' histories needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.realtime.fanout.queue import FanoutQueue
from docchain.storage.table import Table


class Settings(BaseSettings):
    realtime_table: str
    fanout_queue: str


@cache
def realtime() -> Table:
    return Table(aws.dynamodb(), Settings().realtime_table)


@cache
def queue() -> FanoutQueue:
    return FanoutQueue(aws.sqs(), Settings().fanout_queue)
