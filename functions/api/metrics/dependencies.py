"""All that the metrics group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends
from pydantic_settings import BaseSettings

from docchain import aws
from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.metrics.alerts.repository import AlertRules
from docchain.metrics.cloudwatch import FunctionMetrics
from docchain.metrics.collecting import Collector
from docchain.metrics.proc import Cpu
from docchain.metrics.recording import Recorder
from docchain.observability import logger
from docchain.storage.table import Table

CanRead = Annotated[Caller, Depends(requires("metrics:read"))]
CanWrite = Annotated[Caller, Depends(requires("metrics:write"))]
CanAdminister = Annotated[Caller, Depends(requires("tenant:admin"))]


class Settings(BaseSettings):
    """``watched_functions`` begins the names of the stage's functions in CloudWatch; empty where there is none."""

    metrics_table: str
    watched_functions: str


@cache
def metrics_table() -> Table:
    return Table(aws.dynamodb(), Settings().metrics_table)


@cache
def recorder() -> Recorder:
    return Recorder.over(metrics_table())


@cache
def collector() -> Collector:
    return Collector(recorder(), Cpu(), str(logger.service))


@cache
def function_metrics() -> FunctionMetrics | None:
    prefix = Settings().watched_functions
    return FunctionMetrics(aws.cloudwatch(), prefix) if prefix else None


@cache
def alert_rules() -> AlertRules:
    return AlertRules(metrics_table())


Metrics = Annotated[Table, provided(metrics_table)]
TheRecorder = Annotated[Recorder, provided(recorder)]
TheCollector = Annotated[Collector, provided(collector)]
OfFunctions = Annotated[FunctionMetrics | None, provided(function_metrics)]
Rules = Annotated[AlertRules, provided(alert_rules)]
