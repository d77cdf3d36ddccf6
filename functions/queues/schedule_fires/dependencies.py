"""All that the worker of due schedules needs from the world."""

from dataclasses import dataclass
from functools import cache

from docchain import aws
from docchain.ai_workflows.executing import Executor
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.identity.users import UserRepository
from docchain.runs.settings import RunSettings, build_control
from docchain.schedules.firing import Firing
from docchain.schedules.handing_over import Calls
from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.rights import Rights
from docchain.schedules.settings import OrderSettings, build_settling
from docchain.schedules.starting import Starting
from docchain.schedules.starting_runs import Runs
from docchain.schedules.starting_tasks import Tasks
from docchain.storage.table import Table
from docchain.tasks.settings import TaskSettings, build_tasks, build_tokens


class Settings(RunSettings, TaskSettings, OrderSettings):
    """What starts runs and tasks, who may still have that done, and the queue that webhooks are handed over to."""

    identity_table: str
    webhooks_queue: str


@dataclass(frozen=True)
class World:
    schedules: ScheduleRepository
    orders: Orders
    firing: Firing
    starting: Starting


@cache
def world() -> World:
    settings = Settings()
    settling = build_settling(settings)
    schedules, orders = settling.schedules, settling.orders
    control = build_control(settings)
    runs = Runs(schedules, control, Executor(AiWorkflowRepository(control.workflows.table), control))
    tasks = Tasks(schedules, build_tasks(settings), build_tokens(settings))
    rights = Rights(UserRepository(Table(aws.dynamodb(), settings.identity_table)))
    calls = Calls(schedules, aws.sqs(), settings.webhooks_queue)
    starting = Starting(schedules, settling, rights, runs, tasks, calls)
    return World(schedules, orders, Firing(schedules, orders), starting)
