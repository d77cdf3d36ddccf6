"""The kinds that a worker does, by the pool whose settings it has."""

from importlib import import_module
from typing import Any, ClassVar, Protocol

from docchain.tasks.kind import TaskKind
from docchain.tasks.kinds.pools import Pool


class PoolSettings(Protocol):
    """``LightSettings``, ``DataSettings``, ``DocumentsSettings`` or ``ModelsSettings``, each in its ``pool_…``."""

    pool: ClassVar[Pool]


def build(settings: PoolSettings) -> dict[str, TaskKind]:
    """By name. Only the pool's own module is imported: the libraries of the others are not in its layers."""
    module: Any = import_module(f"docchain.tasks.kinds.pool_{settings.pool}")
    found: dict[str, TaskKind] = module.kinds(settings)
    return found
