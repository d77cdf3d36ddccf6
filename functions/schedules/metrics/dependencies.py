"""All that the minute's look needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.metrics.alerts.repository import AlertRules
from docchain.metrics.collecting import Collector
from docchain.metrics.proc import Cpu
from docchain.metrics.recording import Recorder
from docchain.observability import logger
from docchain.storage.table import Table


class Settings(BaseSettings):
    metrics_table: str


@cache
def table() -> Table:
    return Table(aws.dynamodb(), Settings().metrics_table)


@cache
def collector() -> Collector:
    return Collector(Recorder.over(table()), Cpu(), str(logger.service))


@cache
def rules() -> AlertRules:
    return AlertRules(table())
