"""A kind as the workers see it: its libraries come with its first task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from docchain.tasks.kind import TaskContext, TaskKind
from docchain.tasks.kinds.shapes import SHAPES

Work = Callable[[Any, TaskContext], dict[str, Any]]
Load = Callable[[], Work]


@dataclass
class LazyKind:
    """``load`` imports what the work needs: a cold worker pays for the kind that it does, not for its neighbours."""

    name: str
    parameters: type[BaseModel]
    load: Load
    _work: Work | None = None

    def run(self, parameters: Any, context: TaskContext) -> dict[str, Any]:
        if self._work is None:
            self._work = self.load()
        return self._work(parameters, context)


def kinds_of(loads: Mapping[str, Load]) -> dict[str, TaskKind]:
    return {name: LazyKind(name, SHAPES[name], load) for name, load in loads.items()}
