"""All that the sweep needs from the world."""

from dataclasses import dataclass
from functools import cache

from docchain.tasks.repository import TaskRepository
from docchain.tasks.settings import PoolsSettings, build_tasks, build_tokens, workers_of
from docchain.tasks.tokens import Tokens


class Settings(PoolsSettings):
    """Nothing of its own."""


@dataclass(frozen=True)
class World:
    tasks: TaskRepository
    tokens: Tokens
    workers: dict[str, int]


@cache
def world() -> World:
    settings = Settings()
    return World(build_tasks(settings), build_tokens(settings), workers_of(settings))
