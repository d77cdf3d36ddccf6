"""What follows from a run's end. Each part is harmless when it is done again."""

from docchain.events.models import Event
from docchain.runs.errors import RunNotFound
from docchain.runs.models import OPEN, RunStatus
from docchain.runs.queueing import start_queued
from docchain.waits.abandoning import abandon_waits
from docchain.waits.children import answer_parent
from functions.listeners.run_ends.dependencies import slots, world

# Others may be resumed, and then wait again for what they waited for.
FOR_GOOD = frozenset({RunStatus.CANCELLED, RunStatus.COMPLETED})


def run(fact: Event) -> None:
    """By the run as it is now: it may have been resumed since."""
    try:
        ended = world().runs.read(fact.tenant_id, fact.data["run_id"], consistent=True)
    except RunNotFound:
        return
    slots().give_back(fact.tenant_id, ended)
    if ended.status not in OPEN:
        answer_parent(world(), fact.tenant_id, ended)
    if ended.status in FOR_GOOD:
        abandon_waits(world(), fact.tenant_id, ended.id)
    start_queued(world().runs, slots(), world().machines, fact.tenant_id)
