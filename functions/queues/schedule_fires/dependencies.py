"""All that the worker of due schedules needs from the world."""

from dataclasses import dataclass
from functools import cache

from docchain import aws
from docchain.ai_workflows.executing import Executor
from docchain.ai_workflows.repository import AiWorkflowRepository
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.fields import FieldEncryption
from docchain.outbound.client import Client
from docchain.outbound.policy import policy_of
from docchain.runs.settings import RunSettings, build_control
from docchain.schedules.firing import Firing
from docchain.schedules.orders import Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.settings import OrderSettings, build_orders
from docchain.schedules.settling import Settling
from docchain.schedules.starting import Starting
from docchain.schedules.starting_runs import Runs
from docchain.schedules.starting_tasks import Tasks
from docchain.schedules.webhooks import Webhooks
from docchain.storage.table import Table
from docchain.tasks.settings import TaskSettings, build_tasks, build_tokens
from docchain.vault.opening import Vault, open_secret

USED_FOR = "queues/schedule_fires"


class Settings(RunSettings, TaskSettings, OrderSettings):
    """What starts runs and tasks, and what calls out with secrets of the vault."""

    vault_table: str
    data_key: str
    rsa2048_key: str
    rsa4096_key: str
    outbound_plain_http: bool
    outbound_loopback_ports: str


@dataclass(frozen=True)
class World:
    schedules: ScheduleRepository
    orders: Orders
    firing: Firing
    starting: Starting


@cache
def world() -> World:
    settings = Settings()
    schedules = ScheduleRepository(Table(aws.dynamodb(), settings.schedules_table))
    orders = build_orders(settings)
    settling = Settling(schedules, orders)
    control = build_control(settings)
    runs = Runs(schedules, control, Executor(AiWorkflowRepository(control.workflows.table), control))
    tasks = Tasks(schedules, build_tasks(settings), build_tokens(settings))
    starting = Starting(schedules, settling, runs, tasks, _webhooks(settings, schedules, settling, orders))
    return World(schedules, orders, Firing(schedules, orders), starting)


def _webhooks(settings: Settings, schedules: ScheduleRepository, settling: Settling, orders: Orders) -> Webhooks:
    keys = DataKeys(aws.kms(), settings.data_key, {"rsa2048": settings.rsa2048_key, "rsa4096": settings.rsa4096_key})
    vault = Vault(Table(aws.dynamodb(), settings.vault_table), FieldEncryption(keys))

    def find(tenant_id: str, name: str) -> str | None:
        opened = open_secret(vault, tenant_id, name, used_for=USED_FOR)
        return opened.value if opened else None

    client = Client(policy_of(settings.outbound_plain_http, settings.outbound_loopback_ports))
    return Webhooks(schedules, settling, orders, client, find)
