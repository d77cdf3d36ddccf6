"""The events that say how something ended, and what that means for the fire that started it."""

from typing import Final

from docchain.schedules.models import FireState

ORIGIN: Final = "schedule:"
"""Before its id: what a task says of who asked for it."""
STATE_OF: Final = {
    "run.completed": FireState.SUCCEEDED,
    "run.failed": FireState.FAILED,
    "run.cancelled": FireState.CANCELLED,
    "run.interrupted": FireState.FAILED,
    "task.completed": FireState.SUCCEEDED,
    "task.failed": FireState.FAILED,
    "task.cancelled": FireState.CANCELLED,
}
ENDS_OF_RUNS: Final = tuple(sorted(name for name in STATE_OF if name.startswith("run.")))
ENDS_OF_TASKS: Final = tuple(sorted(name for name in STATE_OF if name.startswith("task.")))
