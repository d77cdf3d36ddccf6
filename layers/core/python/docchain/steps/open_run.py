"""A step works only for a run that is running, and in the generation that the step was called for."""

from docchain.runs.errors import RunNotRunning
from docchain.runs.models import Run, RunStatus, StepOrder
from docchain.storage.items import Item


def running(item: Item | None, order: StepOrder) -> Run:
    """Raises ``RunNotRunning``."""
    if item is None:
        raise RunNotRunning(f"Run {order.run} does not exist.")
    run = Run.model_validate(item)
    if run.status != RunStatus.RUNNING or run.generation != order.generation:
        raise RunNotRunning(f"Run {order.run} is {run.status} in generation {run.generation}.")
    return run
