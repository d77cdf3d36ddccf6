"""A pool's workshop, from its function's settings."""

from collections.abc import Mapping

from docchain.tasks.kind import TaskKind
from docchain.tasks.settings import WorkerSettings, build_contents, build_tasks, build_tokens, workers_of
from docchain.tasks.working import Workshop


def build_workshop(settings: WorkerSettings, pool: str, kinds: Mapping[str, TaskKind]) -> Workshop:
    return Workshop(
        repository=build_tasks(settings),
        contents=build_contents(settings),
        tokens=build_tokens(settings),
        kinds=kinds,
        pool=pool,
        workers=workers_of(settings)[pool],
    )
