"""All that the worker of schedules' webhooks needs from the world."""

from dataclasses import dataclass
from functools import cache

from docchain.outbound.client import Client
from docchain.outbound.settings import OutboundSettings
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.settings import OrderSettings, build_settling
from docchain.schedules.settling import Settling
from docchain.schedules.webhooks import Webhooks
from docchain.vault.settings import VaultSettings, build_secrets

USED_FOR = "queues/schedule_webhooks"


class Settings(OrderSettings, OutboundSettings, VaultSettings):
    """What calls out with secrets of the vault, and orders the next attempt."""


@dataclass(frozen=True)
class World:
    schedules: ScheduleRepository
    settling: Settling
    webhooks: Webhooks


@cache
def world() -> World:
    settings = Settings()
    settling = build_settling(settings)
    schedules, orders = settling.schedules, settling.orders
    secrets = build_secrets(settings, USED_FOR)
    webhooks = Webhooks(schedules, settling, orders, Client(settings.policy()), secrets)
    return World(schedules, settling, webhooks)
