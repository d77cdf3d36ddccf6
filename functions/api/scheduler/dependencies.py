"""All that the scheduler's group needs from the world."""

from functools import cache
from typing import Annotated

from fastapi import Depends

from docchain import aws
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.auth.caller import Caller
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.outbound.settings import OutboundSettings
from docchain.schedules.checking import Checker
from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.settings import OrderSettings, build_orders, build_schedules
from docchain.storage.table import Table
from docchain.workflows.repository import WorkflowRepository

CanRead = Annotated[Caller, Depends(requires("scheduler:read"))]
CanWrite = Annotated[Caller, Depends(requires("scheduler:write"))]
CanGovern = Annotated[Caller, Depends(requires("tenant:admin"))]


class Settings(OrderSettings, OutboundSettings):
    """``workflows_table`` says whether what a schedule is to start is there."""

    workflows_table: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def schedules() -> ScheduleRepository:
    return build_schedules(settings())


@cache
def orders() -> Orders:
    return build_orders(settings())


@cache
def checker() -> Checker:
    table = Table(aws.dynamodb(), settings().workflows_table)
    return Checker(WorkflowRepository(table), AiWorkflowRepository(table), settings().policy())


Schedules = Annotated[ScheduleRepository, provided(schedules)]
TheOrders = Annotated[Orders, provided(orders)]
TheChecker = Annotated[Checker, provided(checker)]
