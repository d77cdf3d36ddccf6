"""All that the group of background tasks needs from the world."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated

from fastapi import Depends

from docchain.auth.caller import Caller
from docchain.documents.store import ContentStore
from docchain.entrypoints.access import requires
from docchain.entrypoints.provided import provided
from docchain.tasks.repository import TaskRepository
from docchain.tasks.settings import WorkerSettings, build_contents, build_tasks, build_tokens, workers_of
from docchain.tasks.tokens import Tokens

CanRead = Annotated[Caller, Depends(requires("background:read"))]
CanWrite = Annotated[Caller, Depends(requires("background:write"))]
CanGovern = Annotated[Caller, Depends(requires("tenant:admin"))]


class Settings(WorkerSettings):
    """Nothing of its own."""


@dataclass(frozen=True)
class Office:
    """Where tasks are kept, where workers hear of them, where large results lie, and how many workers there are."""

    tasks: TaskRepository
    tokens: Tokens
    contents: ContentStore
    workers: dict[str, int]


@cache
def office() -> Office:
    settings = Settings()
    return Office(build_tasks(settings), build_tokens(settings), build_contents(settings), workers_of(settings))


World = Annotated[Office, provided(office)]
