"""All that the outbox needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from functions.listeners.outbox.bus import Bus


class Settings(BaseSettings):
    event_bus: str


@cache
def bus() -> Bus:
    return Bus(aws.events(), Settings().event_bus)
